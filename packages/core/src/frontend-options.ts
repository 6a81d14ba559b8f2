import type { FrontendOptions } from './frontend-config.ts'

/**
 * Whether options look complete at a glance. It decides nothing: what does not look so is read in full,
 * which names every problem, and what does is read in full when it is used.
 */
export function looksComplete(options: FrontendOptions): boolean {
  const { issuer = '', clientId } = options
  return URL.canParse(issuer) && Boolean(clientId) && !('clientSecret' in options)
}

/** What the keys of this application in the browser's storage begin with. */
export function storagePrefix({ clientId = '' }: Pick<FrontendOptions, 'clientId'>): string {
  return `trefoil:${clientId.trim()}:`
}

/** The key that says in all tabs which session there is: no secret, and no proof of anything. */
export const markerKey = 'signed-in'
/** The key of the stored session. */
export const sessionKey = 'session'

/**
 * Whether a URL is an authorization response at the redirect URI. At the root of a site a `code` may be
 * the application's own, so there the state must be with it.
 */
export function isAnswer(url: URL, redirectPath: string): boolean {
  if (url.pathname !== (redirectPath || '/')) return false
  const has = (name: string): boolean => url.searchParams.has(name)
  const hasOutcome = has('code') || has('error')
  return url.pathname === '/' ? has('state') && hasOutcome : has('state') || hasOutcome
}

/** The path of the redirect URI, as far as the options tell. */
export function redirectPath(
  { redirectUri = '/callback' }: FrontendOptions,
  origin: string,
): string {
  return redirectUri.startsWith(origin) ? redirectUri.slice(origin.length) : redirectUri
}
