import type { AuthStore } from './auth-store.ts'
import type { FrontendOptions } from './frontend-config.ts'
import { createShell } from './frontend-shell.ts'
import { peekPage } from './internal/page-peek.ts'

export {
  type AuthActions,
  type AuthSnapshot,
  type AuthStore,
  bindActions,
  type LoginRequest,
  type OrganizationRequest,
  type PortalVisit,
} from './auth-store.ts'
export type { FrontendOptions, RefreshTokenStorage } from './frontend-config.ts'
export { type AccessToken, bindAccess, isFrontendApp, refusedAccess } from './page-access.ts'
export type { PortalPage } from './portal-link.ts'
export { createServerSessionStore, type ServerSessionOptions } from './server-session-store.ts'

/**
 * A front-end application: the authorization code flow with PKCE in a browser, and the session that
 * comes of it, in step over all tabs.
 */
export interface FrontendApp extends AuthStore {
  /**
   * Begins: handles the redirect when the page is one, else restores the session. It does so once,
   * however often it is called, and never rejects: what goes wrong is in the snapshot.
   */
  start(): Promise<void>
  /**
   * Handles an authorization response, once per URL, and gives the path to go to; `undefined` when the
   * URL (default: the page's) is none. `start` calls it. Rejects with what goes wrong.
   */
  handleRedirect(url?: string): Promise<string | undefined>
  /**
   * The access token, renewed when it is due: one request for all who ask, in all tabs. Throws
   * `not_authenticated`, and when it has expired and cannot be renewed what stands in the way.
   */
  getAccessToken(): Promise<string>
  /**
   * Sends a request with the access token, to the origins of the issuer, of `audience` and of
   * `allowedOrigins` alone; another one throws {@link ConfigurationError}. After a 401 the token is
   * renewed and the request sent once more. Redirects are refused unless `init.redirect` says otherwise.
   */
  fetch(url: string | URL, init?: RequestInit): Promise<Response>
  /** Stops listening to the browser and to other tabs. */
  stop(): void
}

/**
 * Makes a {@link FrontendApp}. Nothing is touched before `start`, so it can be made on a server, where
 * it stays `loading`. The protocol is loaded when a login, a redirect or a session needs it. What is missing in the options, and a secret among them, is told at the start; every other
 * mistake when the protocol is loaded.
 *
 * @example
 * const app = createFrontendApp({ issuer: 'https://example.kinde.com', clientId: '…' })
 * app.subscribe(() => render(app.getSnapshot()))
 * await app.start()
 */
export function createFrontendApp(options: FrontendOptions): FrontendApp {
  return createShell(options, peekPage(), async (given, store) => {
    const { createBrowserEngine } = await import('./frontend-engine.ts')
    return createBrowserEngine(given, store)
  })
}
