export { type Auth, getAuth } from './auth.ts'
export { errorHandler } from './error-handler.ts'
export { requireAuth } from './require-auth.ts'
export { type BearerGuard, createBearerGuard, requireBearer } from './require-bearer.ts'
export { trefoil, type TrefoilOptions } from './trefoil.ts'

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
export {
  type AccountApi,
  type Authentication,
  type BackendApp,
  type BackendOptions,
  createBackendApp,
  type RefreshOptions,
  type SessionOptions,
} from '@trefoil/core/backend'
export { createMachineApp, type MachineApp, type MachineOptions } from '@trefoil/core/machine'
