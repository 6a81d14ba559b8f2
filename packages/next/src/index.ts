export { type Auth, createAuth } from './create-auth.ts'
export type { RouteHandler, RouteHandlers } from './handlers.ts'
export type { NextAuthOptions, OptionsSource, TenantRequest } from './next-options.ts'
export type { Proxy } from './proxy.ts'
export type { ProtectedRoute, ProxyOptions } from './proxy-options.ts'

// What an application names besides, so that it needs no package but this one. The star is for `Keys`:
// TypeScript lets an application declare its keys only in a module that passes them on with a star.
export type * from '@trefoil/core'
export {
  AccessDeniedError,
  ConfigurationError,
  createMemoryStore,
  createUnstorageStore,
  ProviderError,
  TrefoilError,
} from '@trefoil/core'
export { createMachineApp, type MachineApp, type MachineOptions } from '@trefoil/core/machine'
