import type { BackendContext } from './backend-context.ts'
import { decide, type Requirement } from './decision.ts'
import { AccessDeniedError, TrefoilError } from './errors.ts'
import type { Outcome, RequestView } from './outcome.ts'
import { redirect, renderError } from './pages.ts'
import { isNavigation, readReturnPath } from './request.ts'
import { loginPath } from './routes.ts'
import type { Session } from './session.ts'

/**
 * Decides whether a request may go on: `undefined` when it may, a redirect to the login or 401 JSON for
 * nobody. Throws {@link AccessDeniedError} when somebody lacks a right.
 */
export function guardRequest(
  view: RequestView,
  session: Session | null,
  requirement: Requirement | undefined,
  { config }: BackendContext,
): Outcome | undefined {
  const decision = decide(session, requirement)
  if (decision.allowed) return undefined
  if (decision.reason === 'access_denied') {
    const error = new AccessDeniedError(decision.missing)
    const subject = session?.user.id
    config.onEvent({ type: 'refused', ...(subject && { subject }), code: error.code, error })
    throw error
  }
  const { basePath, cookies, siteOrigin } = config
  const url = new URL(view.url, siteOrigin)
  // Only a GET can be repeated after the login.
  const here =
    view.method === 'GET' ? readReturnPath(`${url.pathname}${url.search}`, config) : undefined
  const login = loginPath(basePath, here)
  if (isNavigation(view)) return redirect(view, login)
  // There is no registered scheme for cookies; RFC 9110 section 15.5.2 wants a challenge in a 401.
  const challenge = `Cookie realm="${cookies.name}", form-action="${basePath}/login"`
  const error = new TrefoilError('not_authenticated', {
    headers: { 'www-authenticate': challenge },
  })
  return renderError(view, error, { home: config.postLoginPath, login })
}
