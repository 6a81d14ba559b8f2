import type { JWTPayload } from 'jose'
import type { BearerConfig } from './bearer-config.ts'
import type { Rights } from './decision.ts'
import { asText, asTexts } from './internal/encoding.ts'
import { deepFreeze } from './internal/freeze.ts'
import { InvalidJwtError, isEventToken, normalizeType, verifyJwt } from './jwt.ts'
import { readRights, toAudience } from './kinde.ts'
import type { Provider } from './provider.ts'

/** Whose access token came with a request, and what it grants. It cannot be changed. */
export interface BearerIdentity extends Rights {
  /** `machine` for an application that acts as itself (client credentials), else `user`. */
  readonly kind: 'user' | 'machine'
  readonly issuer: string
  /** The user, with the issuer; null for most machine tokens. */
  readonly subject: string | null
  /** The application that the token was given to; null when the token does not tell. */
  readonly clientId: string | null
  /** Seconds since 1970. */
  readonly expiresAt: number
  /** Every verified claim. */
  readonly claims: Readonly<JWTPayload>
}

// Claims that mark an ID token (OpenID Connect Core section 2); access tokens have none of them.
const idTokenMarks = ['nonce', 'at_hash', 'c_hash', 's_hash']
// RFC 9068 sections 2.2 and 2.2.3: an access token tells its client and what was granted.
const accessTokenMarks = ['scp', 'scope', 'gty', 'client_id']

/**
 * Verifies an access token in full: signature, `iss`, `exp`, `nbf`, `aud`, its kind, and that it is a
 * bearer token at all.
 *
 * Throws {@link InvalidJwtError}, and {@link TrefoilError} when the key set cannot be had. Source:
 * RFC 9068 section 4, RFC 8725 section 3.12, KINDE-PROTOCOL sections 5, 7 and 11.
 */
export async function verifyAccessToken(
  token: string,
  config: BearerConfig,
  provider: Provider,
): Promise<BearerIdentity> {
  const verified = await verifyJwt(token, provider)
  const { header, claims, expiresAt } = verified
  assertType(normalizeType(header.typ), config)
  if (isEventToken(verified)) throw new InvalidJwtError('it is an event or a webhook')
  assertMarks(claims)
  assertAudience(claims, config)
  // RFC 9449 section 7.1, RFC 8705 section 3: a bound token is worthless without its proof.
  if (claims['cnf'] !== undefined) throw new InvalidJwtError('the token is bound to a key')
  const kind = readKind(claims)
  const subject = asText(claims.sub) ?? null
  if (kind === 'user' && subject === null) throw new InvalidJwtError('sub is missing')
  // It is remembered and handed to many requests, so none of them may change it for the others.
  return deepFreeze({
    kind,
    issuer: config.issuer,
    subject,
    clientId: asText(claims['azp']) ?? asText(claims['client_id']) ?? null,
    expiresAt,
    ...readRights(claims),
    claims,
  })
}

function assertType(type: string | undefined, { profile }: BearerConfig): void {
  const isPlain = type === undefined || type === 'jwt'
  if (type === 'at+jwt' || (profile === 'jwt' && isPlain)) return
  throw new InvalidJwtError(
    profile === 'rfc9068' && isPlain
      ? 'typ is not at+jwt; if this provider types access tokens as JWT, set the option profile to "jwt"'
      : 'typ names another kind of token',
  )
}

function assertMarks(claims: JWTPayload): void {
  if (idTokenMarks.some((name) => claims[name] !== undefined)) {
    throw new InvalidJwtError('it is an ID token')
  }
  if (!accessTokenMarks.some((name) => claims[name] !== undefined)) {
    throw new InvalidJwtError('it has no claim of an access token')
  }
}

function assertAudience(claims: JWTPayload, { audience }: BearerConfig): void {
  const named = toAudience(claims.aud)
  if (!audience.some((name) => named.includes(name))) {
    throw new InvalidJwtError('aud does not name this API')
  }
}

// Kinde says so in `gty`, a list (KINDE-PROTOCOL section 7); RFC 9068 section 2.2 by an equal `sub`.
function readKind(claims: JWTPayload): 'user' | 'machine' {
  const { gty, sub } = claims
  const grants = Array.isArray(gty) ? asTexts(gty) : [asText(gty)]
  const isOwnSubject = sub !== undefined && sub === claims['client_id']
  const isMachine = grants.some((grant) => grant === 'client_credentials') || isOwnSubject
  return isMachine ? 'machine' : 'user'
}
