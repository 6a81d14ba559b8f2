import type { UserInfoResponse } from 'oauth4webapi'
import { type AccountApi, createAccountApi } from './account-api.ts'
import { readAuthentication, refreshAuthentication, type RefreshOptions } from './authentication.ts'
import { type BackendConfig, readBackendConfig } from './backend-config.ts'
import {
  type Authentication,
  type BackendContext,
  createBackendContext,
} from './backend-context.ts'
import { fetchAsUser } from './backend-fetch.ts'
import { assertBackendOptions, type BackendOptions } from './backend-options.ts'
import { lazily } from './config.ts'
import { parseCookies } from './cookies.ts'
import type { Requirement } from './decision.ts'
import { ConfigurationError, TrefoilError } from './errors.ts'
import { type EventListener, guardListener, logEvent } from './events.ts'
import { type Guarded, guardRequest } from './guard.ts'
import { type Outcome, type RequestView, toResponse, viewRequest } from './outcome.ts'
import { type PageLinks, renderError } from './pages.ts'
import { type AppRequest, findRoute, readRequest } from './request.ts'
import type { RouteName } from './route-names.ts'
import { answerRoute, loginPath, type Owed } from './routes.ts'
import type { Session } from './session.ts'
import { fetchUserinfo } from './userinfo.ts'

export type { AccountApi, AccountEntry, AccountFlag, Entitlement } from './account-api.ts'
export type { PortalPage } from './portal-link.ts'
export type { RefreshOptions } from './authentication.ts'
export type { BackendConfig } from './backend-config.ts'
export type { BackendOptions, SessionOptions } from './backend-options.ts'
export type { Authentication } from './backend-context.ts'
export type { Guarded } from './guard.ts'
export { createRequestAuth, type RequestAuth, type RequestBinding } from './request-auth.ts'

/**
 * A back-end application: the authorization code flow with a client secret, and the sessions that come
 * of it. It takes views of requests and gives outcomes; adapters bind it to a framework.
 *
 * Methods that need the configuration throw {@link ConfigurationError} while it has problems.
 */
export interface BackendApp {
  /** Reads and checks the configuration now; else that happens at the first use. */
  configure(): BackendConfig
  /**
   * Answers a request to one of our routes; `undefined` when the path is none of them. What goes wrong
   * becomes an error page, or JSON for a `fetch`, with the error in the outcome.
   */
  handle(view: RequestView): Promise<Outcome | undefined>
  /** The session of a request, or null. It is pure: nothing is renewed and nothing written. */
  session(view: RequestView): Promise<Session | null>
  /** Who a request is from. It is pure. Throws `session_store_unavailable`. */
  read(view: RequestView): Promise<Authentication>
  /**
   * Who a request is from, with the session renewed when it is due. Call it where cookies can still be
   * written, and write them. Throws `session_store_unavailable`.
   */
  refresh(view: RequestView, options?: RefreshOptions): Promise<Authentication>
  /**
   * Decides whether a request may go on: `undefined` when it may. Nobody signed in is answered with a
   * redirect to the login for a page and with 401 JSON otherwise; somebody who lacks a right with 403
   * that names it. The error is in the outcome, for an application with pages of its own. The
   * authentication's cookies, where given, go out with the refusal.
   */
  guard(view: RequestView, authentication: Guarded, requirement?: Requirement): Outcome | undefined
  /**
   * Ends all sessions of a user that have begun, in every process within a second; sign-ins under way
   * included. Throws `feature_unavailable` without `session.store` or `session.denyList`, and
   * `session_store_unavailable`.
   */
  endSessions(user: { readonly subject: string }): Promise<void>
  /**
   * Calls an API with the user's access token, which goes to the issuer, the origins of `audience` and
   * `apiOrigins` alone; another one rejects with {@link ConfigurationError}. Rejects as
   * `getAccessToken` throws. A redirect is an error, unless `init` says otherwise; how long the API may
   * take is the caller's to say, with `init.signal`.
   */
  fetch(
    authentication: Pick<Authentication, 'getAccessToken'>,
    url: string | URL,
    init?: RequestInit,
  ): Promise<Response>
  /** Makes a page or JSON of an error; errors that are not Trefoil's are thrown again. */
  renderError(view: RequestView, error: unknown): Outcome
  /** Asks the provider about the signed-in user (OpenID Connect Core section 5.3). */
  userinfo(authentication: Authentication): Promise<UserInfoResponse>
  /** Kinde's account API for the signed-in user: entitlements, fresh permissions, the portal. */
  account(authentication: Authentication): AccountApi
}

/**
 * Makes a {@link BackendApp}. Nothing is read or fetched before the first use, so a build succeeds
 * without secrets; only an option that does not exist throws {@link ConfigurationError} at once.
 *
 * @example
 * const app = createBackendApp()
 * const handler = createFetchHandler(app)
 */
export function createBackendApp(options: BackendOptions = {}): BackendApp {
  assertBackendOptions(options)
  const context = lazily(() => createBackendContext(readBackendConfig(options)))
  const links = (): PageLinks => pageLinks(options, context)
  const listener = guardListener(options.onEvent ?? logEvent)
  const answerError: ErrorAnswer = (view, error, onEvent = listener, login) => {
    const outcome = renderTrefoilError(view, error, { ...links(), ...(login && { login }) })
    if (outcome.error) onEvent({ type: 'failed', code: outcome.error.code, error: outcome.error })
    return outcome
  }

  const app: BackendApp = {
    configure: () => context().config,
    handle: async (view) => handle(view, context, answerError),
    session: async (view) => (await app.read(view)).session,
    async read(view) {
      return readAuthentication(parseCookies(view.header('cookie')), context())
    },
    async refresh(view, refreshOptions = {}) {
      return refreshAuthentication(parseCookies(view.header('cookie')), refreshOptions, context())
    },
    guard: (view, authentication, requirement) =>
      guardRequest(view, authentication, requirement, context()),
    async endSessions({ subject }) {
      const { keeper, config } = context()
      await keeper.endAll({ subject })
      config.onEvent({ type: 'ended_elsewhere', subject })
    },
    fetch: async (authentication, url, init = {}) =>
      fetchAsUser(url, init, authentication, context().config),
    renderError: (view, error) => renderTrefoilError(view, error, links()),
    async userinfo(authentication) {
      const accessToken = authentication.getAccessToken()
      const { config, provider } = context()
      return fetchUserinfo(accessToken, authentication.session?.user.id ?? '', config, provider)
    },
    account: (authentication) =>
      createAccountApi(context().provider, () => authentication.getAccessToken()),
  }
  return app
}

/**
 * Makes a handler of web requests that serves the routes of an app: for Hono, Bun, Deno, Workers and
 * whatever else speaks `Request` and `Response`. A path that is not ours gets 404.
 *
 * @example
 * const app = createBackendApp()
 * const handle = createFetchHandler(app)
 * hono.all('/auth/*', (c) => handle(c.req.raw))
 */
export function createFetchHandler(app: BackendApp): (request: Request) => Promise<Response> {
  return async (request) => {
    const outcome = await app.handle(viewRequest(request))
    return outcome ? toResponse(outcome) : new Response('Not found', { status: 404 })
  }
}

/** Answers with an error and reports it. */
type ErrorAnswer = (
  view: RequestView,
  error: unknown,
  onEvent?: EventListener,
  login?: string,
) => Outcome

async function handle(
  view: RequestView,
  context: () => BackendContext,
  answerError: ErrorAnswer,
): Promise<Outcome | undefined> {
  try {
    const { config } = context()
    const request = readRequest(view, config)
    const name = findRoute(request.path, config)
    return name && (await handleRoute(name, request, context(), answerError))
  } catch (error) {
    return answerError(view, error)
  }
}

async function handleRoute(
  name: RouteName,
  request: AppRequest,
  context: BackendContext,
  answerError: ErrorAnswer,
): Promise<Outcome> {
  const owed: Owed = { cookies: [] }
  try {
    const outcome = await answerRoute(name, request, context, owed)
    return { ...outcome, cookies: [...owed.cookies, ...outcome.cookies] }
  } catch (error) {
    const { basePath, onEvent } = context.config
    const login = loginPath(basePath, owed.returnTo)
    return { ...answerError(request.view, error, onEvent, login), cookies: owed.cookies }
  }
}

function renderTrefoilError(view: RequestView, error: unknown, links: PageLinks): Outcome {
  if (!(error instanceof TrefoilError)) throw error
  return renderError(view, error, links)
}

function pageLinks(
  { basePath = '/auth' }: BackendOptions,
  context: () => BackendContext,
): PageLinks {
  try {
    const { config } = context()
    return { home: config.postLoginPath, login: loginPath(config.basePath) }
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    // An error page about the configuration is shown while there is none.
    return { home: '/', login: loginPath(basePath) }
  }
}
