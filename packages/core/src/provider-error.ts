import { type ErrorCode, TrefoilError, type TrefoilErrorOptions } from './errors.ts'

/**
 * The authorization server answered with an OAuth 2.0 error (RFC 6749 sections 4.1.2.1 and 5.2).
 * `error` is its code, for example `access_denied` or `invalid_grant`.
 */
export class ProviderError extends TrefoilError {
  static override readonly kind: string = 'ProviderError'

  /** The OAuth error code, or `unknown_error` when it was not a plain code. */
  readonly error: string

  constructor(code: ErrorCode, error: unknown, options: TrefoilErrorOptions = {}) {
    super(code, options)
    this.error = toErrorCode(error)
  }
}

// Text from the provider is data: anything that is not a plain code could carry markup, line breaks
// or a message of an attacker's choosing (RFC 6749 section 4.1.2.1 allows far more than codes).
function toErrorCode(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(value) ? value : 'unknown_error'
}
