import type { Outcome, RequestView } from '@trefoil/core'
import type { BackendApp } from '@trefoil/core/backend'
import { respond } from './apply-outcome.ts'
import { answerRefresh } from './refresh-route.ts'
import { trimPath } from './request-path.ts'
import { viewWebRequest } from './request-view.ts'
import type { FindTenant } from './tenant.ts'

/** Answers a request to one of our routes. */
export type RouteHandler = (request: Request) => Promise<Response>

/** What `app/auth/[...trefoil]/route.ts` exports where there is no proxy. */
export interface RouteHandlers {
  readonly GET: RouteHandler
  readonly POST: RouteHandler
}

/** Answers a request to one of our routes; `undefined` when the path is none of them. */
export async function answerRoute(
  request: RequestView,
  app: BackendApp,
): Promise<Outcome | undefined> {
  const view = { ...request, url: withoutSlash(request.url) }
  return (await app.handle(view)) ?? (await answerRefresh(view, app))
}

// With `trailingSlash` Next adds one to every path; our routes have none.
function withoutSlash(url: string): string {
  const [path = '', ...query] = url.split('?')
  return [trimPath(path), ...query].join('?')
}

/** Makes {@link RouteHandlers}. */
export function createHandlers(findTenant: FindTenant): RouteHandlers {
  const answer: RouteHandler = async (request) => {
    const view = viewWebRequest(request)
    const { app } = await findTenant(view)
    const outcome = await answerRoute(view, app)
    return outcome ? respond(outcome) : new Response('Not found', { status: 404 })
  }
  return { GET: answer, POST: answer }
}
