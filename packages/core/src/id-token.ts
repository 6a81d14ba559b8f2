import { digestBytes } from '#seal'
import type { JWTPayload } from 'jose'
import { toBase64url } from './internal/encoding.ts'
import {
  EarlyJwtError,
  InvalidJwtError,
  isEventToken,
  normalizeType,
  UnknownKeyError,
  verifyJwt,
} from './jwt.ts'
import { type ErrorCode, TrefoilError } from './errors.ts'
import { ProviderError } from './provider-error.ts'
import type { Provider } from './provider.ts'

/** The claims of an ID token after every check. */
export type IdTokenClaims = JWTPayload & { readonly sub: string; readonly iat: number }

/** What an ID token must agree with. */
export interface IdTokenExpectation {
  readonly clientId: string
  /** The nonce of the attempt. On a refresh it may be absent, but never another. */
  readonly nonce: string
  readonly accessToken: string
  /** On a refresh: the user of the session. */
  readonly subject?: string
  /** On a refresh: the `auth_time` of the sign-in, when it had one. */
  readonly authTime?: number
  /** The `max_age` that was asked for. */
  readonly maxAge?: number
  /** The `acr_values` that were asked for. */
  readonly acrValues?: string
}

/**
 * Verifies an ID token in full and returns its claims: signature, `iss`, `aud` and `azp` by the
 * preset's rule, `exp`, `iat`, `nbf`, `nonce`, `at_hash` where present, `auth_time` and `acr` where the
 * sign-in asked for them, and `typ`, so that no other kind of token passes.
 *
 * Throws `id_token_invalid`, or on a refresh `provider_response_invalid` when the token is from the
 * future, since a clock that is wrong may not sign everybody out; a {@link ProviderError} with `authorization_failed` and
 * `unmet_authentication_requirements` when `acr` is none that was asked for; and
 * `provider_unavailable` when the keys cannot be had. Source: OpenID Connect Core sections 3.1.3.7 and
 * 12.2; KINDE-PROTOCOL section 6 for `aud`.
 */
export async function verifyIdToken(
  idToken: string,
  expected: IdTokenExpectation,
  provider: Provider,
): Promise<IdTokenClaims> {
  try {
    const verified = await verifyJwt(idToken, provider)
    const { header, claims } = verified
    const { sub, iat } = claims
    assertKind(normalizeType(header.typ), isEventToken(verified))
    assertClient(claims, expected, provider)
    assertNonce(claims, expected)
    await assertAccessTokenHash(claims['at_hash'], header.alg, expected.accessToken)
    if (typeof sub !== 'string' || sub === '') throw new InvalidJwtError('sub is missing')
    if (expected.subject !== undefined && sub !== expected.subject) {
      throw new InvalidJwtError('sub is another user than the one of this session')
    }
    assertAuthTime(claims['auth_time'], expected, provider)
    assertLevel(claims['acr'], expected)
    return { ...claims, sub, iat: iat ?? 0 }
  } catch (cause) {
    if (!(cause instanceof InvalidJwtError)) throw cause
    throw new TrefoilError(codeOf(cause, expected.subject !== undefined), { cause })
  }
}

// What passes does not end a session that is only being renewed.
function codeOf(error: InvalidJwtError, isRefresh: boolean): ErrorCode {
  if (isRefresh && error instanceof EarlyJwtError) return 'provider_response_invalid'
  if (isRefresh && error instanceof UnknownKeyError) return 'provider_unavailable'
  return 'id_token_invalid'
}

function assertKind(type: string | undefined, isEvent: boolean): void {
  const isOther = type !== undefined && type !== 'jwt' && type !== 'id+jwt'
  if (isOther || isEvent) throw new InvalidJwtError('it is another kind of token')
}

function assertClient(
  claims: JWTPayload,
  { clientId }: IdTokenExpectation,
  { config: { preset, issuer } }: Provider,
): void {
  if (!preset.isForClient(claims, { issuer, clientId })) {
    throw new InvalidJwtError('aud and azp do not name this client')
  }
}

function assertNonce(claims: JWTPayload, { nonce, subject }: IdTokenExpectation): void {
  const isRefresh = subject !== undefined
  if (isRefresh && claims['nonce'] === undefined) return
  if (claims['nonce'] !== nonce) throw new InvalidJwtError('nonce is not the one of this sign-in')
}

function assertAuthTime(
  authTime: unknown,
  { maxAge, authTime: first }: IdTokenExpectation,
  { config: { clock, clockTolerance } }: Provider,
): void {
  const isTime = typeof authTime === 'number' && Number.isFinite(authTime)
  if (authTime !== undefined && !isTime) throw new InvalidJwtError('auth_time is not a time')
  // A renewal is no new proof of who someone is, so it may not pass for one.
  if (first !== undefined && isTime && authTime !== first) {
    throw new InvalidJwtError('auth_time is not the one of this sign-in')
  }
  if (maxAge === undefined) return
  if (!isTime) throw new InvalidJwtError('auth_time is missing although max_age was sent')
  if (authTime + maxAge + clockTolerance < clock() / 1000) {
    throw new InvalidJwtError('auth_time is longer ago than the max_age that was sent')
  }
}

// The server may answer with another level than the one asked for (OpenID Connect Core 3.1.2.1), so
// that it is the right one is for us to see.
function assertLevel(acr: unknown, { acrValues }: IdTokenExpectation): void {
  if (acrValues === undefined) return
  if (typeof acr === 'string' && acrValues.split(' ').includes(acr)) return
  throw new ProviderError('authorization_failed', 'unmet_authentication_requirements', {
    message: 'The sign-in was not of the kind that this site asks for.',
    cause: new InvalidJwtError('acr is none of the acr_values that were sent'),
  })
}

// OpenID Connect Core 3.1.3.6: the left half of the access token's hash; the hash is the algorithm's.
async function assertAccessTokenHash(
  hash: unknown,
  algorithm: string,
  accessToken: string,
): Promise<void> {
  if (hash === undefined) return
  const bits = /(256|384|512)$/.exec(algorithm)?.[1] ?? '512'
  const bytes = await digestBytes(`SHA-${bits}`, accessToken)
  if (toBase64url(bytes.subarray(0, bytes.length / 2)) !== hash) {
    throw new InvalidJwtError('at_hash does not fit the access token')
  }
}
