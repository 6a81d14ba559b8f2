import type { Session } from '@trefoil/core'
import type { GraphQLSchema } from 'graphql'
import { expectTypeOf } from 'vitest'
import {
  type Auth,
  type AuthContext,
  type AuthErrorExtensions,
  type Caller,
  getAuth,
  guard,
  type MachineCaller,
  protectSchema,
  type Somebody,
  type UserCaller,
} from '../../src/index.ts'

// A caller is a user, a machine or nobody, and `kind` tells which.
expectTypeOf<Caller['kind']>().toEqualTypeOf<'user' | 'machine' | 'nobody'>()
expectTypeOf<Extract<Caller, { kind: 'user' }>>().toEqualTypeOf<UserCaller>()
expectTypeOf<UserCaller['subject']>().toEqualTypeOf<string>()
expectTypeOf<UserCaller['session']>().toEqualTypeOf<Session | null>()
expectTypeOf<MachineCaller['subject']>().toEqualTypeOf<string | null>()
expectTypeOf<Extract<Caller, { kind: 'nobody' }>>().not.toHaveProperty('permissions')

// Who was required is somebody.
expectTypeOf<ReturnType<Auth['require']>>().toEqualTypeOf<Somebody>()
expectTypeOf<Auth['can']>().returns.toEqualTypeOf<boolean>()
expectTypeOf(getAuth).returns.toExtend<Auth>()
expectTypeOf<AuthContext['auth']>().toEqualTypeOf<Auth>()
expectTypeOf<AuthErrorExtensions['code']>().toEqualTypeOf<
  'UNAUTHENTICATED' | 'FORBIDDEN' | 'SERVICE_UNAVAILABLE' | 'INTERNAL_SERVER_ERROR'
>()
expectTypeOf(protectSchema).toEqualTypeOf<(schema: GraphQLSchema) => GraphQLSchema>()

guard({ permissions: ['read:reports'] }, (_source: unknown, _args: object, { auth }) => {
  expectTypeOf(auth.caller).toEqualTypeOf<Somebody>()
  return auth.caller.subject
})
// @ts-expect-error -- misspelled
guard({ permission: ['read:reports'] }, () => null)
