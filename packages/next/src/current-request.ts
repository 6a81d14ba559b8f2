import type { RequestView, SetCookie } from '@trefoil/core'
import { cookies, headers } from '#app-router'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { appendCookies, privateHeaders } from './apply-outcome.ts'
import { type HeaderReader, readOrigin, viewNodeRequest } from './request-view.ts'

/** What `getServerSideProps` and the API routes of the Pages Router are given. */
export interface PagesContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
}

/**
 * The request that a server component, a route handler, an action or the Pages Router serves.
 *
 * `kind` says what may be answered: a `render` can redirect and write nothing, an `action` and a `route`
 * can write cookies, until their answer has begun.
 */
export interface CurrentRequest {
  readonly kind: 'render' | 'action' | 'route'
  /** The same object for the whole request. */
  readonly identity: object
  readonly header: HeaderReader
  readonly origin: string
  /** The path with query, where the proxy told it. */
  readonly path: string | undefined
  /** Sends cookies with the answer; not in a render. */
  write(cookies: readonly SetCookie[]): void
}

/** The header in which the proxy tells pages their path; it only says where a login comes back to. */
export const pathHeader = 'x-trefoil-path'

type CookieJar = Awaited<ReturnType<typeof cookies>>

/** Finds the request that the App Router serves; `returnTo` is its path where the page knows better. */
export async function findCurrentRequest({
  returnTo,
}: { readonly returnTo?: string } = {}): Promise<CurrentRequest> {
  const [sent, jar] = await Promise.all([headers(), cookies()])
  const header: HeaderReader = (name) => sent.get(name) ?? undefined
  return {
    kind: findKind(jar, header),
    identity: sent,
    header,
    get origin() {
      return readOrigin(header)
    },
    path: returnTo ?? header(pathHeader),
    write(written) {
      for (const { name, value, ...attributes } of written) jar.set(name, value, attributes)
    },
  }
}

/** The request that a function of the Pages Router was given; its answer is nobody else's from now on. */
export function findPagesRequest({ req, res }: PagesContext): CurrentRequest {
  const view = viewNodeRequest(req)
  const { origin, pathname, search } = new URL(view.url)
  if (!res.headersSent) {
    for (const [name, value] of Object.entries(privateHeaders)) res.setHeader(name, value)
  }
  return {
    kind: 'route',
    identity: req,
    header: (name) => view.header(name),
    origin,
    path: view.header(pathHeader) ?? `${pathname}${search}`,
    write: (written) => appendCookies(res, written),
  }
}

/** Views the current request as somebody who goes to a page, as a render always is. */
export function viewPage(request: CurrentRequest, unknown: string): RequestView {
  const { header, path } = request
  const asPage: Readonly<Record<string, string>> = {
    accept: 'text/html',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  }
  return {
    method: 'GET',
    // Only who is sent elsewhere needs it.
    get url() {
      return `${request.origin}${path ?? unknown}`
    },
    header: (name) => asPage[name.toLowerCase()] ?? header(name),
  }
}

/** Views the current request as it came. */
export function viewCurrent(request: CurrentRequest, unknown: string): RequestView {
  const { header, origin, path } = request
  const method = request.kind === 'action' ? 'POST' : 'GET'
  return { method, url: `${origin}${path ?? unknown}`, header }
}

function findKind(jar: CookieJar, header: HeaderReader): CurrentRequest['kind'] {
  if (!canWrite(jar)) return 'render'
  // React sends the form of an action as multipart when there is no script yet.
  const isForm = header('content-type')?.startsWith('multipart/form-data') ?? false
  return isForm || header('next-action') !== undefined ? 'action' : 'route'
}

// Next tells by a refusal that cookies cannot be written. A refresh token that is spent is lost when its
// successor cannot be written, so it is asked before: what can be written reads the name of the cookie.
// A page need not ask: its cookies refuse to be set and to be deleted with one and the same function.
function canWrite(jar: CookieJar): boolean {
  if (jar.set === jar.delete) return false
  const asked = new Error('the name was read')
  try {
    jar.set({
      value: '',
      get name(): string {
        throw asked
      },
    })
  } catch (error) {
    return error === asked
  }
  return false
}
