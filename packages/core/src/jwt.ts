import type { JWTPayload, JWTHeaderParameters } from 'jose'
import { JWTClaimValidationFailed } from 'jose/errors'
import { jwtVerify } from 'jose/jwt/verify'
import { TrefoilError } from './errors.ts'
import { toEvidence } from './internal/evidence.ts'
import { UncheckedKeyError } from './jwks.ts'
import type { Provider } from './provider.ts'

/** A token whose signature, issuer and times have been checked. */
export interface VerifiedJwt {
  readonly header: JWTHeaderParameters
  readonly claims: JWTPayload
  readonly expiresAt: number
}

/** A token failed a check. `reason` is for logs; it quotes nothing of the token. */
export class InvalidJwtError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'InvalidJwtError'
  }
}

/** A token is not valid yet, so the clocks of two servers differ: no reason to end a session. */
export class EarlyJwtError extends InvalidJwtError {
  constructor(options?: ErrorOptions) {
    super('iat or nbf is in the future, so the clocks differ', options)
    this.name = 'EarlyJwtError'
  }
}

/** The key of a token may be too new to be known yet: no reason to end a session. */
export class UnknownKeyError extends InvalidJwtError {
  constructor(options?: ErrorOptions) {
    super('the key is not known, and the key set was asked for just before', options)
    this.name = 'UnknownKeyError'
  }
}

// A token longer than this is not worth the work of a signature check.
const maxLength = 32_768

/**
 * Verifies what all our tokens have in common: the signature under one of the issuer's keys with an
 * allowed algorithm, `iss`, `exp`, `nbf` and an `iat` that is not in the future. How long ago `iat` is
 * does not matter: `exp` says how long a token is good.
 *
 * Throws {@link InvalidJwtError} when the token is bad, {@link EarlyJwtError} of them when it is not
 * valid yet, and {@link TrefoilError} when the keys cannot be had, which says nothing about the token. Source: RFC 7519 section 7.2, RFC 8725 section 3.
 */
export async function verifyJwt(token: string, provider: Provider): Promise<VerifiedJwt> {
  const { issuer, algorithms, clockTolerance, clock } = provider.config
  if (token.length > maxLength) throw new InvalidJwtError('the token is too long')
  if (!looksLikeJwt(token)) throw new InvalidJwtError('the token is not a signed JWT')
  const now = clock()
  const { payload, protectedHeader } = await jwtVerify(token, provider.keys.find, {
    issuer,
    algorithms: [...algorithms],
    clockTolerance,
    currentDate: new Date(now),
  }).catch((cause: unknown) => {
    throw cause instanceof TrefoilError ? cause : toInvalid(cause, issuer)
  })
  const { iat, exp } = payload
  if (iat === undefined || exp === undefined) throw new InvalidJwtError('iat or exp is missing')
  if (iat > now / 1000 + clockTolerance) throw new EarlyJwtError()
  return { header: protectedHeader, claims: payload, expiresAt: exp }
}

function toInvalid(error: unknown, issuer: string): InvalidJwtError {
  const cause = toEvidence(error)
  if (error instanceof UncheckedKeyError) return new UnknownKeyError({ cause })
  const { claim, reason } = error instanceof JWTClaimValidationFailed ? error : unnamed
  if (claim === 'nbf' && reason === 'check_failed') return new EarlyJwtError({ cause })
  if (claim !== 'iss') return new InvalidJwtError('a check of the JWT failed', { cause })
  // Kinde answers under two domains where there is a custom one; only one of them is the issuer.
  const text = `iss is not the configured issuer ${issuer}; a custom domain is an issuer of its own`
  return new InvalidJwtError(text, { cause })
}

const unnamed = { claim: undefined, reason: undefined }

/**
 * The kinds of signed token an issuer makes, told apart by their marks, so that one is never taken for
 * another: by `typ` (RFC 9068, RFC 8725 section 3.11) and by claims only that kind has.
 */
export function isEventToken({ header, claims }: VerifiedJwt): boolean {
  const type = normalizeType(header.typ)
  // A webhook of Kinde is signed by the same keys and typed like an access token (KINDE-PROTOCOL 11).
  const isWebhook = claims['type'] !== undefined && claims['event_id'] !== undefined
  return (
    isWebhook || claims['events'] !== undefined || type === 'logout+jwt' || type === 'secevent+jwt'
  )
}

/** `typ` in lower case without the optional `application/` (RFC 7515 section 4.1.9). */
export function normalizeType(type: unknown): string | undefined {
  if (type === undefined) return undefined
  return typeof type === 'string' ? type.toLowerCase().replace(/^application\//, '') : 'unreadable'
}

/** Whether a text has the form of a signed JWT: three parts. Says nothing about its truth. */
export function looksLikeJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)
}
