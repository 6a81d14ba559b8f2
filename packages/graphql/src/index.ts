export { authTypeDefs, protectSchema } from './auth-directive.ts'
export { type AuthErrorCode, type AuthErrorExtensions, toGraphqlError } from './auth-error.ts'
export { type Auth, type AuthContext, type AuthParts, createAuth, getAuth } from './auth.ts'
export type { AuthOptions } from './authentication.ts'
export type { Caller, MachineCaller, Nobody, Somebody, UserCaller } from './caller.ts'
export type { PrivateAnswer } from './private-answer.ts'
export { guard, type Guarded, type Resolver } from './guard.ts'

// What an application names besides, so that it needs no package but this one. The star is for `Keys`:
// TypeScript lets an application declare its keys only in a module that passes them on with a star.
export type * from '@trefoil/core'
export { AccessDeniedError, ConfigurationError, TrefoilError } from '@trefoil/core'
export {
  type BearerIdentity,
  type BearerOptions,
  type BearerVerifier,
  createBearerVerifier,
} from '@trefoil/core/bearer'
