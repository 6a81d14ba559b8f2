import type { Requirement, Session } from '@trefoil/core'
import { readCurrent } from './authenticate.ts'
import { type CurrentRequest, findCurrentRequest } from './current-request.ts'
import { createHandlers, type RouteHandlers } from './handlers.ts'
import type { OptionsSource } from './next-options.ts'
import { createProxy, type Proxy } from './proxy.ts'
import type { ProxyOptions } from './proxy-options.ts'
import { requireSession } from './require-session.ts'
import { createTenantFinder, type Tenant } from './tenant.ts'

/** What {@link createAuth} gives. */
export interface Auth {
  /** For `app/auth/[...trefoil]/route.ts`: `export const { GET, POST } = auth.handlers`. */
  readonly handlers: RouteHandlers
  /** For `proxy.ts` (Next 16) or `middleware.ts` (Next 15): renews sessions and guards paths. */
  proxy(options?: ProxyOptions): Proxy
  /** The session, or null when nobody is signed in. It is pure: nothing is renewed and nothing written. */
  session(): Promise<Session | null>
  /**
   * The session of somebody who meets the requirement. A page that nobody is signed in to goes to the
   * login and comes back.
   */
  require(requirement?: Requirement, options?: { readonly returnTo?: string }): Promise<Session>
}

/**
 * Makes the authentication of a Next.js application. Nothing is read or fetched before the first request,
 * so `next build` needs no secrets; only an option that does not exist throws at once.
 *
 * @example
 * // lib/auth.ts
 * export const auth = createAuth()
 */
export function createAuth(source: OptionsSource = {}): Auth {
  const findTenant = createTenantFinder(source)
  const find = async (): Promise<{ tenant: Tenant; request: CurrentRequest }> => {
    const request = await findCurrentRequest()
    return { tenant: await findTenant(request), request }
  }

  return {
    handlers: createHandlers(findTenant),
    proxy: (options = {}) => createProxy(findTenant, options),
    async session() {
      const { tenant, request } = await find()
      return (await readCurrent(tenant.app, request)).session
    },
    async require(requirement, { returnTo } = {}) {
      const { tenant, request } = await find()
      return requireSession(tenant, request, requirement, returnTo)
    },
  }
}
