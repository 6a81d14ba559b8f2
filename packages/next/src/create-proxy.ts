import { isPassive, type RequestView, TrefoilError } from '@trefoil/core'
import { NextRequest, NextResponse } from 'next/server.js'
import { respond } from './apply-outcome.ts'
import { continueRequest, type NextHandler } from './continue-request.ts'
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

/** Makes a {@link Proxy}; `handler` is the application's own, for what goes on. */
export function createProxy(
  findTenant: FindTenant,
  options: ProxyOptions,
  handler?: NextHandler,
): Proxy {
  const findRule = compileRules(options)
  return async (request) => {
    const view = viewWebRequest(request)
    const path = readRequestPath(readPathname(request))
    const rule = path && findRule(path)
    if (rule === 'asset') return NextResponse.next()
    const tenant = await findTenant(view)
    if (rule === 'public' && !mayBeOurs(view, tenant)) return leaveAlone(request, handler)
    try {
      if (!rule) throw new TrefoilError('request_invalid')
      return await serve(request, view, rule, tenant, handler)
    } catch (error) {
      if (!(error instanceof TrefoilError)) throw error
      return respond(tenant.app.renderError(view, error))
    }
  }
}

async function serve(
  request: ProxyRequest,
  view: RequestView,
  rule: Exclude<Rule, 'asset'>,
  { app }: Tenant,
  handler: NextHandler | undefined,
): Promise<Response> {
  const outcome = await answerRoute(view, app)
  const origin = chooseOrigin(app, new URL(view.url).origin)
  if (outcome) return respond(outcome, origin)
  if (rule === 'public') return leaveAlone(request, handler)
  const authentication = isPassive(view) ? await app.read(view) : await app.refresh(view)
  if (rule === 'open') return continueRequest(request, authentication, false, handler)
  const refusal = app.guard(view, authentication, rule.requirement)
  return refusal
    ? respond(refusal, origin)
    : continueRequest(request, authentication, true, handler)
}

// Whoever names everything public has our routes all the same; nothing is configured for that.
function mayBeOurs({ url }: RequestView, { options }: Tenant): boolean {
  const { basePath = '/auth', callbackPath } = options
  const { pathname } = new URL(url)
  return pathname.startsWith(`${basePath}/`) || pathname === callbackPath
}

async function leaveAlone(request: Request, handler: NextHandler | undefined): Promise<Response> {
  const own = await handler?.(new NextRequest(request), { session: null })
  return own ?? NextResponse.next()
}

// In production the argument is no NextRequest, but it may have the path without basePath and locale.
function readPathname({ nextUrl, url }: ProxyRequest): string {
  return nextUrl?.pathname ?? new URL(url).pathname
}
