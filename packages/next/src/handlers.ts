import { respond } from './apply-outcome.ts'
import { answerRefresh } from './refresh-route.ts'
import { viewWebRequest } from './request-view.ts'
import type { FindTenant } from './tenant.ts'

/** Answers a request to one of our routes. */
export type RouteHandler = (request: Request) => Promise<Response>

/** What `app/auth/[...trefoil]/route.ts` exports. GET and POST are enough; the others are refused well. */
export interface RouteHandlers {
  readonly GET: RouteHandler
  readonly POST: RouteHandler
  readonly PUT: RouteHandler
  readonly PATCH: RouteHandler
  readonly DELETE: RouteHandler
}

/** Makes {@link RouteHandlers}. */
export function createHandlers(findTenant: FindTenant): RouteHandlers {
  const answer: RouteHandler = async (request) => {
    const view = viewWebRequest(request)
    const { app } = await findTenant(view)
    const outcome = (await app.handle(view)) ?? (await answerRefresh(view, app))
    return outcome ? respond(outcome) : new Response('Not found', { status: 404 })
  }
  return { GET: answer, POST: answer, PUT: answer, PATCH: answer, DELETE: answer }
}
