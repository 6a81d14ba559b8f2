import type { JWTPayload, JWTHeaderParameters } from 'jose'
import { jwtVerify } from 'jose/jwt/verify'
import { TrefoilError } from './errors.ts'
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

// A token longer than this is not worth the work of a signature check.
const maxLength = 32_768

/**
 * Verifies what all our tokens have in common: the signature under one of the issuer's keys with an
 * allowed algorithm, `iss`, `exp`, `nbf` and an `iat` that is not in the future.
 *
 * Throws {@link InvalidJwtError} when the token is bad and {@link TrefoilError} when the keys cannot
 * be had, which says nothing about the token. Source: RFC 7519 section 7.2, RFC 8725 section 3.
 */
export async function verifyJwt(token: string, provider: Provider): Promise<VerifiedJwt> {
  const { issuer, algorithms, clockTolerance, clock } = provider.config
  if (token.length > maxLength) throw new InvalidJwtError('the token is too long')
  const now = clock()
  const { payload, protectedHeader } = await jwtVerify(token, provider.keys.find, {
    issuer,
    algorithms: [...algorithms],
    clockTolerance,
    currentDate: new Date(now),
    requiredClaims: ['iss', 'exp', 'iat'],
  }).catch((cause: unknown) => {
    throw cause instanceof TrefoilError
      ? cause
      : new InvalidJwtError('a check of the JWT failed', { cause })
  })
  const { iat, exp } = payload
  if (iat === undefined || exp === undefined) throw new InvalidJwtError('iat or exp is missing')
  if (iat > now / 1000 + clockTolerance) throw new InvalidJwtError('iat is in the future')
  return { header: protectedHeader, claims: payload, expiresAt: exp }
}

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
export function normalizeType(type: string | undefined): string | undefined {
  return type?.toLowerCase().replace(/^application\//, '')
}

/** Whether a text has the form of a signed JWT: three parts. Says nothing about its truth. */
export function looksLikeJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)
}
