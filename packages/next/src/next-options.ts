import type { RequestView } from '@trefoil/core'
import type { BackendOptions } from '@trefoil/core/backend'

/** Options of {@link createAuth}: those of a back-end application, and one of Next.js. */
export interface NextAuthOptions extends BackendOptions {
  /**
   * `true`: `require` calls Next's `unauthorized()` for a page that nobody is signed in to, instead of
   * going to the login. It needs `experimental.authInterrupts` in next.config.
   */
  interrupts?: boolean
}

/** What options may depend on, where one deployment serves several tenants. */
export type TenantRequest = Pick<RequestView, 'header'>

/**
 * Options, or a function that gives those of a request's tenant. Nothing of it is read before the first
 * request.
 */
export type OptionsSource =
  | NextAuthOptions
  | ((request: TenantRequest) => NextAuthOptions | Promise<NextAuthOptions>)
