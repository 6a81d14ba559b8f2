import type { Session, User } from '@trefoil/core'
import type { ComputedRef } from 'vue'
import { expectTypeOf } from 'vitest'
import type { Auth, EventAuth, ModuleOptions, PageAuth } from '../../src/module'

// What pages have: refs, which a template reads as they are.
expectTypeOf<Auth['session']>().toEqualTypeOf<ComputedRef<Session | null>>()
expectTypeOf<Auth['user']>().toEqualTypeOf<ComputedRef<User | null>>()
expectTypeOf<Auth['isAuthenticated']>().toEqualTypeOf<ComputedRef<boolean>>()
expectTypeOf<Auth['can']>().returns.toEqualTypeOf<boolean>()
expectTypeOf<Auth>().not.toHaveProperty('getAccessToken')

// What the server has in `event.context.auth`.
expectTypeOf<EventAuth['session']>().toEqualTypeOf<Session | null>()
expectTypeOf<EventAuth['getAccessToken']>().toEqualTypeOf<() => string>()
expectTypeOf<EventAuth['fetch']>().returns.resolves.toEqualTypeOf<Response>()

// What a page needs.
expectTypeOf<true>().toExtend<PageAuth>()
expectTypeOf<{ permissions: string[] }>().toExtend<PageAuth>()
expectTypeOf<string>().not.toExtend<PageAuth>()

// What nuxt.config.ts takes.
expectTypeOf<object>().toExtend<ModuleOptions>()
expectTypeOf<ModuleOptions['flow']>().toEqualTypeOf<'backend' | 'frontend' | undefined>()
expectTypeOf<NonNullable<ModuleOptions['session']>>().not.toHaveProperty('store')
expectTypeOf<ModuleOptions>().not.toHaveProperty('onEvent')
