import type { BackendConfig } from './backend-config.ts'
import type { Authentication, BackendContext } from './backend-context.ts'
import { decide, type Requirement } from './decision.ts'
import { AccessDeniedError, type MissingRights, TrefoilError } from './errors.ts'
import type { Outcome, RequestView } from './outcome.ts'
import { redirect, renderError } from './pages.ts'
import { isNavigation, readReturnPath } from './request.ts'
import { loginPath } from './routes.ts'
import type { Session } from './session.ts'

/** Who a guard decides about; `cookies` go out with a refusal. */
export type Guarded = Pick<Authentication, 'session'> & Partial<Pick<Authentication, 'cookies'>>

/**
 * Decides whether a request may go on: `undefined` when it may, else the refusal: a redirect to the
 * login or 401 JSON for nobody, 403 with an {@link AccessDeniedError} for somebody who lacks a right.
 */
export function guardRequest(
  view: RequestView,
  { session, cookies = [] }: Guarded,
  requirement: Requirement | undefined,
  { config }: BackendContext,
): Outcome | undefined {
  const decision = decide(session, requirement)
  if (decision.allowed) return undefined
  const refusal =
    decision.reason === 'access_denied'
      ? refuse(view, session, decision.missing, config)
      : askToSignIn(view, config)
  return { ...refusal, cookies }
}

function refuse(
  view: RequestView,
  session: Session | null,
  missing: MissingRights,
  { basePath, postLoginPath, onEvent }: BackendConfig,
): Outcome {
  const error = new AccessDeniedError(missing)
  const subject = session?.user.id
  onEvent({ type: 'refused', ...(subject && { subject }), code: error.code, error })
  return renderError(view, error, { home: postLoginPath, login: loginPath(basePath) })
}

function askToSignIn(view: RequestView, config: BackendConfig): Outcome {
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
