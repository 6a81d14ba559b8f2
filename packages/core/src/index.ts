export {
  assertRequirement,
  decide,
  type Decision,
  type FlagKey,
  getFlag,
  hasPermission,
  hasRole,
  type JsonValue,
  type Keys,
  type Organization,
  type PermissionKey,
  type Requirement,
  type Rights,
  type RoleKey,
  type Widen,
} from './decision.ts'
export {
  AccessDeniedError,
  ConfigurationError,
  describeMissing,
  type ErrorCode,
  type MissingRights,
  TrefoilError,
  type TrefoilErrorOptions,
} from './errors.ts'
export { updateCookieHeader } from './cookies.ts'
export type { AuthEvent, AuthEventType, EventListener } from './events.ts'
export type { Environment, ProviderConfig, ProviderOptions } from './config.ts'
export type { PresetName } from './kinde.ts'
export {
  type Outcome,
  readText,
  type RequestView,
  serializeCookie,
  type SetCookie,
  toResponse,
  viewRequest,
} from './outcome.ts'
export { ProviderError } from './provider-error.ts'
export { isNavigation, isPassive, isPrefetch } from './request.ts'
export { toReturnPath } from './return-path.ts'
export { createMemoryStore, type SessionStore } from './session-store.ts'
export type { Session, User } from './session.ts'
export {
  createUnstorageStore,
  type UnstorageDriver,
  type UnstorageStorage,
  type UnstorageStoreOptions,
} from './unstorage-store.ts'
