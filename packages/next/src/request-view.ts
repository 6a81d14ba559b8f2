import { type RequestView, viewRequest } from '@trefoil/core'
import type { BackendApp } from '@trefoil/core/backend'
import type { IncomingMessage } from 'node:http'

/** Reads one header of a request. */
export type HeaderReader = (name: string) => string | undefined

/**
 * The origin that a request says it came to. Behind a reverse proxy the URL may carry the address that
 * the server listens on. It counts only where the core knows it: the site's own or an allowed one.
 */
export function readOrigin(header: HeaderReader, fallback = 'http://localhost'): string {
  const host = first(header('x-forwarded-host')) ?? header('host') ?? ''
  const scheme = first(header('x-forwarded-proto')) ?? fallback.slice(0, fallback.indexOf(':'))
  try {
    return new URL(`${scheme}://${host}`).origin
  } catch {
    return fallback
  }
}

/** The origin of a request where it is the site's own or an allowed one, else the site's. */
export function chooseOrigin(app: BackendApp, origin: string): string {
  const { allowedOrigins, siteOrigin } = app.configure()
  return allowedOrigins.includes(origin) ? origin : siteOrigin
}

/** Views a web request. */
export function viewWebRequest(request: Request): RequestView {
  const view = viewRequest(request)
  return {
    ...view,
    // Only our own routes and refusals need it.
    get url() {
      const { origin, pathname, search } = new URL(request.url)
      return `${readOrigin((name) => view.header(name), origin)}${pathname}${search}`
    },
  }
}

/** Views a request of the Pages Router. */
export function viewNodeRequest(request: IncomingMessage): RequestView {
  const header: HeaderReader = (name) => {
    const value = request.headers[name.toLowerCase()]
    return Array.isArray(value) ? value.join(', ') : value
  }
  const path = request.url?.startsWith('/') ? request.url : '/'
  return { method: request.method ?? 'GET', url: `${readOrigin(header)}${path}`, header }
}

function first(list: string | undefined): string | undefined {
  return list?.split(',', 1)[0]?.trim() || undefined
}
