import { type Requirement, type Session, TrefoilError } from '@trefoil/core'
import { markPrivate, respond } from './apply-outcome.ts'
import { viewWebRequest } from './request-view.ts'
import type { FindTenant } from './tenant.ts'

/** What a guarded route handler is given beside what Next gives it. */
export interface SignedIn {
  readonly session: Session
}

/** What Next gives a route handler beside the request. */
export interface RouteContext {
  readonly params: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

/** Makes a route handler that only signed-in users reach who meet the requirement. */
export type GuardedRoute = <
  Incoming extends Request = Request,
  Context extends object = RouteContext,
>(
  handler: (request: Incoming, context: Context & SignedIn) => Response | Promise<Response>,
  requirement?: Requirement,
) => (request: Incoming, context: Context) => Promise<Response>

/** Makes {@link GuardedRoute}. */
export function guardRoute(findTenant: FindTenant): GuardedRoute {
  return (handler, requirement) => async (request, context) => {
    const view = viewWebRequest(request)
    const { app } = await findTenant(view)
    try {
      const authentication = await app.refresh(view)
      const refusal = app.guard(view, authentication, requirement)
      const { session, cookies } = authentication
      if (refusal) return respond(refusal)
      if (!session) throw new TrefoilError('not_authenticated')
      const response = await handler(request, { ...context, session })
      const headers = new Headers(response.headers)
      markPrivate(headers, cookies)
      const { status, statusText } = response
      return new Response(response.body, { status, statusText, headers })
    } catch (error) {
      return respond(app.renderError(view, error))
    }
  }
}
