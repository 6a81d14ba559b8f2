import { expectTypeOf } from 'vitest'
import {
  type AccessDeniedError,
  type ConfigurationError,
  createMemoryStore,
  createUnstorageStore,
  decide,
  type Decision,
  type ErrorCode,
  getFlag,
  hasPermission,
  type MissingRights,
  type Organization,
  type Outcome,
  type ProviderError,
  type Rights,
  type Session,
  type SessionStore,
  toResponse,
  toReturnPath,
  TrefoilError,
  type User,
  viewRequest,
} from '../../src/index.ts'

// Who is signed in, and what they may do.
expectTypeOf<Session>().toExtend<Rights>()
expectTypeOf<Session['user']>().toEqualTypeOf<User>()
expectTypeOf<Session['organization']>().toEqualTypeOf<Organization | null>()
expectTypeOf<User['email']>().toEqualTypeOf<string | null>()
expectTypeOf<Session>().not.toHaveProperty('tokens')

// A decision tells the reason only where there is one.
const decision = decide(null, { permissions: ['read:reports'] })
expectTypeOf(decision).toEqualTypeOf<Decision>()
expectTypeOf<Extract<Decision, { allowed: true }>>().not.toHaveProperty('reason')
expectTypeOf<
  Extract<Decision, { reason: 'access_denied' }>['missing']
>().toEqualTypeOf<MissingRights>()
expectTypeOf(hasPermission(undefined, 'any')).toEqualTypeOf<boolean>()
expectTypeOf(getFlag(null, 'any', false)).toEqualTypeOf<boolean>()
expectTypeOf(getFlag(null, 'any', 'light')).toEqualTypeOf<string>()
// @ts-expect-error -- a requirement has lists
decide(null, { permissions: 'read:reports' })
// @ts-expect-error -- no member of a requirement
decide(null, { permission: ['read:reports'] })

// Errors are told apart by their class and their code.
const error = new TrefoilError('session_expired')
expectTypeOf(error.code).toEqualTypeOf<ErrorCode>()
expectTypeOf<ErrorCode>().not.toEqualTypeOf<string>()
expectTypeOf<ConfigurationError['problems']>().toEqualTypeOf<readonly string[]>()
expectTypeOf<ProviderError['error']>().toEqualTypeOf<string>()
expectTypeOf<AccessDeniedError['missing']>().toEqualTypeOf<MissingRights>()
expectTypeOf<'teapot'>().not.toExtend<ErrorCode>()

// What an adapter is made of.
expectTypeOf(toResponse).toEqualTypeOf<(outcome: Outcome) => Response>()
expectTypeOf(viewRequest).parameter(0).toEqualTypeOf<Request>()
expectTypeOf(toReturnPath).returns.toEqualTypeOf<string | undefined>()
expectTypeOf(createMemoryStore).returns.toEqualTypeOf<SessionStore>()
expectTypeOf(createUnstorageStore).returns.toExtend<SessionStore>()
