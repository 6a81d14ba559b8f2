import { isPrefetch, type RequestView, TrefoilError, updateCookieHeader } from '@trefoil/core'
import type { Authentication } from '@trefoil/core/backend'
import { NextResponse } from 'next/server.js'
import { markPrivate, respond } from './apply-outcome.ts'
import { pathHeader } from './current-request.ts'
import { compileRules, type ProxyOptions, type Rule } from './proxy-options.ts'
import { readRequestPath } from './request-path.ts'
import { chooseOrigin, viewWebRequest } from './request-view.ts'
import { answerRoute } from './routes.ts'
import type { FindTenant, Tenant } from './tenant.ts'

/** A web request; in Next 15, and in development, Next's own, which is one. */
export interface ProxyRequest extends Request {
  readonly nextUrl?: { readonly pathname: string }
}

/** What `proxy.ts` (Next 16) or `middleware.ts` (Next 15) exports. */
export type Proxy = (request: ProxyRequest) => Promise<Response>

/** Makes a {@link Proxy}. */
export function createProxy(findTenant: FindTenant, options: ProxyOptions): Proxy {
  const findRule = compileRules(options)
  return async (request) => {
    const view = viewWebRequest(request)
    const path = readRequestPath(readPathname(request))
    const rule = path && findRule(path)
    if (rule === 'public') return NextResponse.next()
    const tenant = await findTenant(view)
    try {
      if (!rule) throw new TrefoilError('request_invalid')
      return await serve(request, view, rule, tenant)
    } catch (error) {
      return respond(tenant.app.renderError(view, error))
    }
  }
}

async function serve(
  request: ProxyRequest,
  view: RequestView,
  rule: Exclude<Rule, 'public'>,
  { app }: Tenant,
): Promise<Response> {
  const outcome = await answerRoute(view, app)
  const origin = chooseOrigin(app, new URL(view.url).origin)
  if (outcome) return respond(outcome, origin)
  const authentication = isPassive(view) ? await app.read(view) : await app.refresh(view)
  if (rule !== 'open') {
    const refusal = app.guard(view, authentication, rule.requirement)
    if (refusal) return respond(refusal, origin)
  }
  return goOn(request, authentication, rule !== 'open')
}

/** Lets a request go on with the cookies as they are now, and has the browser store them. */
function goOn(request: Request, { cookies }: Authentication, isGuarded: boolean): Response {
  const headers = new Headers(request.headers)
  const { pathname, search } = new URL(request.url)
  headers.set(pathHeader, `${pathname}${search}`)
  if (cookies.length > 0) {
    const cookie = updateCookieHeader(headers.get('cookie') ?? undefined, cookies)
    if (cookie === undefined) headers.delete('cookie')
    else headers.set('cookie', cookie)
  }
  const response = NextResponse.next({ request: { headers } })
  if (isGuarded || cookies.length > 0) markPrivate(response.headers, cookies)
  return response
}

// In production the argument is no NextRequest, but it may have the path without basePath and locale.
function readPathname({ nextUrl, url }: ProxyRequest): string {
  return nextUrl?.pathname ?? new URL(url).pathname
}

// Looking ahead must change nothing, and what a page is made of comes beside requests that renew.
function isPassive(view: RequestView): boolean {
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
