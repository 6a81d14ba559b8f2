export type { CallOptions } from './access-token.ts'
export type { NextHandler, ProxyContext } from './continue-request.ts'
export { type Auth, createAuth } from './create-auth.ts'
export type { PagesContext } from './current-request.ts'
export type { GuardedRoute, RouteContext, SignedIn } from './route-guard.ts'
export type { RouteHandler, RouteHandlers } from './routes.ts'
export type { NextAuthOptions, OptionsSource, TenantRequest } from './next-options.ts'
export type { Proxy } from './create-proxy.ts'
export type { ApiRoute, ServerSideProps } from './pages-guard.ts'
export type { ProtectedRoute, ProxyOptions } from './proxy-options.ts'

// What an application names besides, so that it needs no package but this one. The star is for `Keys`:
// TypeScript lets an application declare its keys only in a module that passes them on with a star.
export type * from '@trefoil/core'
export type {
  AccountApi,
  Authentication,
  BackendApp,
  BackendOptions,
  RefreshOptions,
  SessionOptions,
} from '@trefoil/core/backend'
export {
  AccessDeniedError,
  ConfigurationError,
  createMemoryStore,
  createUnstorageStore,
  ProviderError,
  TrefoilError,
} from '@trefoil/core'
export { createMachineApp, type MachineApp, type MachineOptions } from '@trefoil/core/machine'
