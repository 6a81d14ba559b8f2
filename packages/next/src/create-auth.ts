import type { Requirement, Session } from '@trefoil/core'
import type { RefreshOptions } from '@trefoil/core/backend'
import { type CallOptions, fetchCurrent, readAccessToken, refreshCurrent } from './access-token.ts'
import { readCurrent } from './authenticate.ts'
import type { NextHandler } from './continue-request.ts'
import {
  type CurrentRequest,
  findCurrentRequest,
  findPagesRequest,
  type PagesContext,
} from './current-request.ts'
import type { OptionsSource } from './next-options.ts'
import {
  type ApiRoute,
  guardApiRoute,
  guardServerSideProps,
  type ServerSideProps,
} from './pages-guard.ts'
import { createProxy, type Proxy } from './create-proxy.ts'
import type { ProxyOptions } from './proxy-options.ts'
import { requireSession } from './require-session.ts'
import { guardRoute, type GuardedRoute } from './route-guard.ts'
import { createHandlers, type RouteHandlers } from './routes.ts'
import { createTenantFinder, type Tenant } from './tenant.ts'

/**
 * What {@link createAuth} gives. What has a last parameter `at` finds the request by itself in the App
 * Router; in the Pages Router it is given the `{ req, res }` of `getServerSideProps` or an API route.
 */
export interface Auth {
  /**
   * For `proxy.ts` (Next 16) or `middleware.ts` (Next 15): serves our routes, renews, guards paths.
   * `handler` is the application's own proxy, for what goes on.
   */
  proxy(options?: ProxyOptions, handler?: NextHandler): Proxy
  /** Our routes where there is no proxy: `export const { GET, POST } = auth.handlers`. */
  readonly handlers: RouteHandlers
  /** The session, or null when nobody is signed in. It is pure: nothing is renewed and nothing written. */
  session(at?: PagesContext): Promise<Session | null>
  /**
   * The session of somebody who meets the requirement. A page that nobody is signed in to goes to the
   * login and comes back; an action and a route handler reject with `not_authenticated`, which Next answers
   * with 401 for an action where `experimental.authInterrupts` is on. Who lacks a right is refused with
   * `forbidden()` where that is on, else with an {@link AccessDeniedError}. Other errors have their code as
   * `digest`, for `error.tsx`.
   */
  require(requirement?: Requirement, at?: CallOptions): Promise<Session>
  /**
   * The access token, for a call to an API from this server. A route handler and an action renew it when
   * that is due; a page whose token has run out goes to `<basePath>/refresh` and comes back. Who is not
   * signed in is treated as by `require`. Rejects with `access_token_expired` when it cannot be renewed.
   */
  accessToken(at?: CallOptions): Promise<string>
  /**
   * Calls an API with the access token, which goes to the issuer, the origins of `audience` and
   * `apiOrigins` alone. Nothing of it is cached unless `init` says so, and it takes as long as the API does
   * unless `init.signal` ends it. Rejects as `accessToken` does.
   */
  fetch(url: string | URL, init?: RequestInit, at?: CallOptions): Promise<Response>
  /**
   * Renews the session now, in a route handler or an action; `{ claims: 'fresh' }` has the provider
   * compute the rights anew. Rejects with `configuration_invalid` in a page, which can write no cookie.
   */
  refresh(options?: Pick<RefreshOptions, 'claims'>, at?: PagesContext): Promise<Session | null>
  /**
   * Guards a route handler: 401 or 403 as JSON for a fetch, the login or a page for a person. A session
   * that is due is renewed, and the answer is nobody else's.
   *
   * @example
   * export const GET = auth.route(async (request, { session }) => Response.json(session.user))
   */
  route: GuardedRoute
  /** Guards an API route of the Pages Router, as `route` does. */
  apiRoute: ApiRoute
  /** Guards `getServerSideProps`, and gives it the session. */
  serverSideProps: ServerSideProps
}

/**
 * Makes the authentication of a Next.js application. Nothing is read or fetched before the first request,
 * so `next build` needs no secrets; only an option that does not exist throws at once. A function gives
 * the options of each request, where one deployment serves several tenants.
 *
 * @example
 * // lib/auth.ts
 * export const auth = createAuth()
 */
export function createAuth(source: OptionsSource = {}): Auth {
  const findTenant = createTenantFinder(source)
  const find = async (at?: CallOptions): Promise<[Tenant, CurrentRequest]> => {
    const request = at && 'req' in at ? findPagesRequest(at) : await findCurrentRequest(at)
    return [await findTenant(request), request]
  }

  return {
    proxy: (options = {}, handler) => createProxy(findTenant, options, handler),
    handlers: createHandlers(findTenant),
    async session(at) {
      const [{ app }, request] = await find(at)
      return (await readCurrent(app, request)).session
    },
    require: async (requirement, at) => requireSession(...(await find(at)), requirement),
    accessToken: async (at) => readAccessToken(...(await find(at))),
    fetch: async (url, init, at) => fetchCurrent(...(await find(at)), url, init),
    refresh: async (options, at) => refreshCurrent(...(await find(at)), options),
    route: guardRoute(findTenant),
    apiRoute: guardApiRoute(findTenant),
    serverSideProps: guardServerSideProps(findTenant),
  }
}
