import type { JWTPayload } from 'jose'
import type { ClientConfig } from './client-config.ts'
import type { Rights } from './decision.ts'
import { TrefoilError } from './errors.ts'
import type { IdTokenClaims } from './id-token.ts'
import { inSeconds } from './internal/clock.ts'
import { InvalidJwtError, isEventToken, looksLikeJwt, verifyJwt } from './jwt.ts'
import { readRights, splitScope } from './kinde.ts'
import type { Provider } from './provider.ts'
import type { Tokens } from './session.ts'
import type { TokenResponse } from './token-request.ts'

/** What a token answer brings to a session. */
export interface SessionTokens {
  readonly tokens: Tokens
  readonly rights: Rights
}

// When neither the answer nor the token tells a lifetime, an hour is the common one.
const unsaidLifetime = 3600
// Renew this many seconds ahead, give or take, so a fleet of servers does not renew in one moment.
const ahead = 60
const jitter = 10

/**
 * Makes the session's part of a token answer: tokens with their times, and the user's rights from the
 * verified token that the preset reads them from. `idToken` are the verified ID token's claims.
 *
 * An access token in the form of a JWT that fails verification throws `provider_response_invalid`, and
 * `id_token_invalid` when it is another user's; an opaque one grants nothing beyond its scopes.
 */
export async function readSessionTokens(
  answer: TokenResponse,
  idToken: IdTokenClaims | undefined,
  subject: string,
  config: ClientConfig,
  provider: Provider,
): Promise<SessionTokens> {
  const now = inSeconds(config.clock)
  const accessClaims = await readAccessToken(answer.accessToken, subject, config, provider)
  const claims = config.preset.rightsFrom === 'access_token' ? accessClaims : idToken
  const rights = readRights(claims ?? {})
  const saysScopes = claims?.['scp'] !== undefined || claims?.['scope'] !== undefined
  const expiresAt = Math.min(
    now + (answer.expiresIn ?? unsaidLifetime),
    accessClaims?.exp ?? Number.POSITIVE_INFINITY,
  )
  const { accessToken, refreshToken } = answer
  return {
    tokens: {
      accessToken,
      accessTokenExpiresAt: expiresAt,
      renewAt: renewalTime(now, expiresAt),
      ...(refreshToken !== undefined && { refreshToken }),
    },
    rights: saysScopes ? rights : { ...rights, scopes: splitScope(answer.scope ?? '') },
  }
}

/**
 * When to renew: a minute, or a tenth of the remaining life, before the end. Since it is what remains
 * that counts, a provider that gives the same token again while it lasts (KINDE-PROTOCOL section 10)
 * is asked a few times at the end of its life, not on every request.
 */
export function renewalTime(now: number, expiresAt: number): number {
  const margin = Math.min(ahead, (expiresAt - now) / 10)
  const spread = Math.min(jitter, margin / 6)
  return expiresAt - margin + (Math.random() * 2 - 1) * spread
}

async function readAccessToken(
  accessToken: string,
  subject: string,
  { preset, clientId }: ClientConfig,
  provider: Provider,
): Promise<JWTPayload | undefined> {
  // Elsewhere an access token is none of the client's business (RFC 9068 section 6).
  if (preset.rightsFrom !== 'access_token' || !looksLikeJwt(accessToken)) return undefined
  try {
    const verified = await verifyJwt(accessToken, provider)
    const { claims } = verified
    if (isEventToken(verified))
      throw new InvalidJwtError('the access token is another kind of token')
    if (claims.sub !== subject) throw otherUser()
    const isOurs = claims['azp'] === undefined || claims['azp'] === clientId
    if (!isOurs) throw new InvalidJwtError('the access token was given to another client')
    return claims
  } catch (cause) {
    if (!(cause instanceof InvalidJwtError)) throw cause
    throw new TrefoilError('provider_response_invalid', { cause })
  }
}

function otherUser(): TrefoilError {
  return new TrefoilError('id_token_invalid', {
    message: 'The tokens are those of two users, so nobody was signed in.',
    cause: new InvalidJwtError('sub of the access token is another user'),
  })
}
