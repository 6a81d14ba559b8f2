import { expectTypeOf } from 'vitest'
import {
  type Authentication,
  type BackendApp,
  type BackendOptions,
  createBackendApp,
  createFetchHandler,
} from '../../src/backend-app.ts'
import type { Outcome, RequestView, Session } from '../../src/index.ts'

const app = createBackendApp()
expectTypeOf(app).toEqualTypeOf<BackendApp>()
expectTypeOf<BackendApp['handle']>().toEqualTypeOf<
  (view: RequestView) => Promise<Outcome | undefined>
>()
expectTypeOf<BackendApp['session']>().returns.resolves.toEqualTypeOf<Session | null>()
expectTypeOf<BackendApp['read']>().returns.resolves.toEqualTypeOf<Authentication>()
expectTypeOf<BackendApp['guard']>().returns.toEqualTypeOf<Outcome | undefined>()
expectTypeOf(createFetchHandler(app)).toEqualTypeOf<(request: Request) => Promise<Response>>()
expectTypeOf<Authentication['state']>().toEqualTypeOf<
  'anonymous' | 'current' | 'renewed' | 'kept' | 'ended'
>()

// A token is asked for by a function, and is no member that a log would print.
expectTypeOf<Authentication>().not.toHaveProperty('accessToken')

// Every option may come from the environment.
expectTypeOf<object>().toExtend<BackendOptions>()
createBackendApp({
  secret: ['new', 'old'],
  scope: 'openid offline',
  audience: ['https://a.example'],
})
// @ts-expect-error -- misspelled
createBackendApp({ clientID: 'a' })
// @ts-expect-error -- left out, or a text: what may be undefined is a setting that nobody made
createBackendApp({ clientId: undefined })
