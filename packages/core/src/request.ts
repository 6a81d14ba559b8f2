import type { BackendConfig } from './backend-config.ts'
import { lazily } from './config.ts'
import { type RouteName, routeNames } from './route-names.ts'
import { type Cookies, parseCookies } from './cookies.ts'
import { TrefoilError } from './errors.ts'
import type { RequestView } from './outcome.ts'
import { toReturnPath } from './return-path.ts'

/** A request as the back-end app works with it. */
export interface AppRequest {
  readonly view: RequestView
  readonly path: string
  readonly query: URLSearchParams
  readonly cookies: Cookies
  /** The site's own origin, or the allowed one that the request came to; never an unknown one. */
  readonly origin: string
}

/** Reads a view. Throws `request_invalid` when its URL is none. */
export function readRequest(view: RequestView, config: BackendConfig): AppRequest {
  const url = parseUrl(view.url)
  // Most requests are for none of our routes, which is known before query and cookies are read.
  const cookies = lazily(() => parseCookies(view.header('cookie')))
  return {
    view,
    path: url.pathname,
    get query() {
      return url.searchParams
    },
    get cookies() {
      return cookies()
    },
    origin: config.allowedOrigins.includes(url.origin) ? url.origin : config.siteOrigin,
  }
}

function parseUrl(text: string): URL {
  try {
    return new URL(text)
  } catch {
    throw new TrefoilError('request_invalid')
  }
}

/** Which of our routes a path is. */
export function findRoute(path: string, config: BackendConfig): RouteName | undefined {
  if (path === config.callbackPath) return 'callback'
  return routeNames.find((name) => name !== 'callback' && path === `${config.basePath}/${name}`)
}

/** A return path that is safe and leads to a page, not to one of our routes. */
export function readReturnPath(text: unknown, config: BackendConfig): string | undefined {
  const path = toReturnPath(text)
  if (path === undefined) return undefined
  const { pathname } = new URL(path, config.siteOrigin)
  const route = findRoute(pathname, config)
  // The portal is a page to come to; the others would loop or act.
  return route === undefined || route === 'portal' ? path : undefined
}

/**
 * Whether a request is a person going to a page, which may be answered with a redirect or a page. A
 * `fetch`, an image or a prefetch is not.
 *
 * @example
 * if (!isNavigation(view)) return respondWithJson()
 */
export function isNavigation(view: RequestView): boolean {
  if (isPrefetch(view)) return false
  const mode = view.header('sec-fetch-mode')
  const destination = view.header('sec-fetch-dest')
  if (mode !== undefined) {
    return mode === 'navigate' && (destination === undefined || destination === 'document')
  }
  // Before Fetch Metadata, and on plain http beyond this machine, `Accept` is all there is.
  const isAjax = view.header('x-requested-with') !== undefined
  return !isAjax && (view.header('accept')?.includes('text/html') ?? false)
}

/** Whether a browser or a router only looks ahead, so nothing may happen. */
export function isPrefetch(view: RequestView): boolean {
  const purpose = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz']
  return (
    purpose.some((name) => /prefetch|prerender|preview/i.test(view.header(name) ?? '')) ||
    view.header('next-router-prefetch') !== undefined
  )
}

/**
 * Whether a session may be read for a request, and not renewed: looking ahead must change nothing, and what
 * a page is made of comes beside requests that renew.
 */
export function isPassive(view: RequestView): boolean {
  return isPrefetch(view) || passiveDestinations.includes(view.header('sec-fetch-dest') ?? '')
}

const passiveDestinations: readonly string[] = [
  'audio',
  'font',
  'image',
  'manifest',
  'script',
  'style',
  'track',
  'video',
]

/** Whether a page of this site made the request, by Fetch Metadata, else `Origin`, else `Referer`. */
export function isSameOrigin(request: AppRequest, config: BackendConfig): boolean {
  const site = request.view.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  const source = request.view.header('origin') ?? request.view.header('referer')
  if (source === undefined || !URL.canParse(source)) return false
  return config.allowedOrigins.includes(new URL(source).origin)
}

/** Whether another site made the request, as far as a browser says so. */
export function isCrossSite(view: RequestView): boolean {
  const site = view.header('sec-fetch-site')
  return site === 'cross-site' || site === 'same-site'
}
