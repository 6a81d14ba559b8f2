import { isPassive, type Outcome, type RequestView, TrefoilError } from '@trefoil/core'
import type { BackendApp, BackendOptions } from '@trefoil/core/backend'
import { NextRequest, NextResponse } from 'next/server.js'
import { respond } from './apply-outcome.ts'
import { continueRequest, type NextHandler } from './continue-request.ts'
import { compileRules, type ProxyOptions, type Rule } from './proxy-options.ts'
import { readRequestPath, trimPath } from './request-path.ts'
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
    const path = readRequestPath(readPathname(request))
    const rule = path && findRule(path)
    if (rule === 'asset') return NextResponse.next()
    const view = viewWebRequest(request)
    const tenant = await findTenant(view)
    if (rule === 'public' && !mayBeOurs(request, tenant.options))
      return leaveAlone(request, handler)
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
  const answer = (outcome: Outcome): Response =>
    respond(outcome, chooseOrigin(app, new URL(view.url).origin))
  const outcome = mustAsk(request, app) && (await answerRoute(view, app))
  if (outcome) return answer(outcome)
  if (rule === 'public') return leaveAlone(request, handler)
  const authentication = isPassive(view) ? await app.read(view) : await app.refresh(view)
  if (rule === 'open') return continueRequest(request, authentication, false, handler)
  const refusal = app.guard(view, authentication, rule.requirement)
  return refusal ? answer(refusal) : continueRequest(request, authentication, true, handler)
}

// Most requests are for none of our routes. While the configuration has problems the core says which.
function mustAsk(request: Request, app: BackendApp): boolean {
  try {
    return mayBeOurs(request, app.configure())
  } catch {
    return true
  }
}

// Whoever names everything public has our routes all the same; nothing is configured for that.
function mayBeOurs(
  { url }: Request,
  { basePath = '/auth', callbackPath }: Pick<BackendOptions, 'basePath' | 'callbackPath'>,
): boolean {
  const { pathname } = new URL(url)
  const isCallback = callbackPath !== undefined && trimPath(pathname) === trimPath(callbackPath)
  return isCallback || pathname.startsWith(`${trimPath(basePath)}/`)
}

async function leaveAlone(request: Request, handler: NextHandler | undefined): Promise<Response> {
  const own = await handler?.(new NextRequest(request), { session: null })
  return own ?? NextResponse.next()
}

// In production the argument is no NextRequest, but it may have the path without basePath and locale.
function readPathname({ nextUrl, url }: ProxyRequest): string {
  return nextUrl?.pathname ?? new URL(url).pathname
}
