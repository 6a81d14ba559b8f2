import { expectTypeOf } from 'vitest'
import {
  type AuthSnapshot,
  type AuthStore,
  createFrontendApp,
  createServerSessionStore,
  type FrontendApp,
  type FrontendOptions,
  type RefreshTokenStorage,
} from '../../src/frontend-app.ts'
import type { Session, TrefoilError } from '../../src/index.ts'

const app = createFrontendApp({ issuer: 'https://a.example', clientId: 'a' })
expectTypeOf(app).toEqualTypeOf<FrontendApp>()
expectTypeOf<FrontendApp>().toExtend<AuthStore>()
expectTypeOf<FrontendApp['getAccessToken']>().toEqualTypeOf<() => Promise<string>>()
expectTypeOf<FrontendApp['handleRedirect']>().returns.resolves.toEqualTypeOf<string | undefined>()
expectTypeOf<AuthSnapshot['session']>().toEqualTypeOf<Session | null>()
expectTypeOf<AuthSnapshot['error']>().toEqualTypeOf<TrefoilError | null>()
expectTypeOf<AuthSnapshot['status']>().toEqualTypeOf<
  'loading' | 'authenticated' | 'unauthenticated'
>()
expectTypeOf<FrontendOptions['storage']>().toEqualTypeOf<RefreshTokenStorage | undefined>()

// The session of a server gives no token to a page.
const store = createServerSessionStore({ session: null })
expectTypeOf(store).toEqualTypeOf<AuthStore>()
expectTypeOf(store).not.toHaveProperty('getAccessToken')

// @ts-expect-error -- a front-end app has no secret
createFrontendApp({ issuer: 'https://a.example', clientId: 'a', clientSecret: 'a' })
// @ts-expect-error -- the name is as long as the thought that it deserves
createFrontendApp({ storage: 'browser' })
// @ts-expect-error -- a snapshot never changes
app.getSnapshot().session = null
