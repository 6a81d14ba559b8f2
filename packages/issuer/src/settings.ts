/** Who an ID token says it is for, in the three shapes that Kinde has issued (KINDE-PROTOCOL section 6). */
export type IdTokenAudience = 'issuer' | 'client' | 'both'

/**
 * Whether the refresh tokens of front-end applications are in a cookie as well, as with a custom domain of
 * Kinde's (KINDE-PROTOCOL section 10): not, in one for all applications, or in one for each.
 */
export type RefreshTokenCookie = 'none' | 'shared' | 'per-application'

/**
 * What of the issuer's behavior can be chosen. It is read at each use, so a test may change it while
 * the issuer runs. Times are in seconds.
 */
export interface IssuerSettings {
  /** How long a user's access token lasts. Default 86,400: a day. */
  accessTokenLifetime: number
  /** How long the access token of a machine application lasts. Default 86,400: a day. */
  machineTokenLifetime: number
  /** How long an ID token lasts. Default 3,600: an hour. */
  idTokenLifetime: number
  /** How long a refresh token lasts, anew with each rotation. Default 1,296,000: fifteen days. */
  refreshTokenLifetime: number
  /**
   * How long a refresh token that was used still answers, with what it answered the first time.
   * Default 30. After that, and always with 0, using it again ends the sign-in.
   */
  refreshTokenOverlap: number
  /** How long the browser stays signed in at the issuer after it was last there. Default 86,400. */
  sessionLifetime: number
  /** The `aud` of ID tokens. Default `client`. */
  idTokenAudience: IdTokenAudience
  /**
   * Whether a refresh gives the same access token while that lasts, unless the user's claims were
   * refreshed in between (KINDE-PROTOCOL section 10). Default true.
   */
  keepsAccessToken: boolean
  /** Whether a refresh answers with an ID token too. Default true. */
  refreshAnswersIdToken: boolean
  /** Whether access tokens tell the user's roles; at Kinde an option that is off. Default false. */
  rolesInToken: boolean
  /** Whether access tokens tell the organization's name. Default true. */
  organizationNameInToken: boolean
  /** Whether the claims have the names of Kinde's Hasura mapping (KINDE-PROTOCOL section 5). Default false. */
  hasuraClaims: boolean
  /** Whether authorization responses name the issuer (RFC 9207); Kinde's do not. Default false. */
  sendsIss: boolean
  /** Whether a page's token requests are answered with the refresh token in a cookie. Default `none`. */
  refreshTokenCookie: RefreshTokenCookie
}

/** The settings that hold when nothing else is said. */
export const defaultSettings: Readonly<IssuerSettings> = {
  accessTokenLifetime: 86_400,
  machineTokenLifetime: 86_400,
  idTokenLifetime: 3_600,
  refreshTokenLifetime: 1_296_000,
  refreshTokenOverlap: 30,
  sessionLifetime: 86_400,
  idTokenAudience: 'client',
  keepsAccessToken: true,
  refreshAnswersIdToken: true,
  rolesInToken: false,
  organizationNameInToken: true,
  hasuraClaims: false,
  sendsIss: false,
  refreshTokenCookie: 'none',
}
