import type { FrontendConfig } from './frontend-config.ts'
import type { SessionRecord } from './session.ts'

// Kinde keeps a front-end app's refresh token in a cookie of its custom domain that no script reads and
// that goes with token requests alone; a request with the token in both places is refused
// (KINDE-PROTOCOL section 10).

/** Whether the refresh token is in a cookie of the issuer's instead of in this page. */
export function isInCookie({ storage }: Pick<FrontendConfig, 'storage'>): boolean {
  return storage === 'custom-domain-cookie'
}

/**
 * Whether the browser sends cookies of the issuer along with requests of a page of `origin`, as far as
 * that can be told without the list of public suffixes: the same scheme, and the same host or a domain
 * of two labels that both are under.
 */
export function sharesSite(issuer: string, origin: string): boolean {
  const [one, other] = [new URL(issuer), new URL(origin)]
  if (one.protocol !== other.protocol) return false
  if (one.hostname === other.hostname) return true
  const parent = one.hostname.split('.').slice(-2).join('.')
  // Of addresses the last numbers say nothing.
  return /\.[a-z][a-z0-9-]*$/.test(parent) && `.${other.hostname}`.endsWith(`.${parent}`)
}

/** A `fetch` that sends the issuer's cookies along with token requests and takes those of the answer. */
export function withTokenCookie({ fetch, issuer }: FrontendConfig): typeof globalThis.fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : input
    const isToken = new URL(url).href === `${issuer}/oauth2/token`
    return fetch(input, isToken ? { ...init, credentials: 'include' } : init)
  }
}

/** The session as this page may hold it: without the refresh token where that is in a cookie. */
export function withoutCookieToken(record: SessionRecord, config: FrontendConfig): SessionRecord {
  const { refreshToken, ...tokens } = record.tokens
  if (!isInCookie(config) || refreshToken === undefined) return record
  return Object.freeze({ ...record, tokens: Object.freeze(tokens) })
}
