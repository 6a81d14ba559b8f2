import type { RequestHandler } from 'express'
import { expectTypeOf } from 'vitest'
import {
  type Auth,
  type BearerGuard,
  createBearerGuard,
  getAuth,
  requireAuth,
  requireBearer,
  type Session,
  trefoil,
  type User,
} from '../../src/index.ts'

expectTypeOf(trefoil).returns.toEqualTypeOf<RequestHandler>()
expectTypeOf(requireAuth).returns.toEqualTypeOf<RequestHandler>()
expectTypeOf(requireBearer).returns.toEqualTypeOf<RequestHandler>()
expectTypeOf(createBearerGuard).returns.toEqualTypeOf<BearerGuard>()
expectTypeOf(getAuth).returns.toEqualTypeOf<Auth>()
expectTypeOf<Auth['session']>().toEqualTypeOf<Session | null>()
expectTypeOf<Auth['user']>().toEqualTypeOf<User | null>()
expectTypeOf<Auth['getAccessToken']>().toEqualTypeOf<() => string>()

const handler: RequestHandler = (req) => {
  expectTypeOf(req.auth).toExtend<Auth | undefined>()
  expectTypeOf(getAuth(req).flag('any', 'light')).toEqualTypeOf<string>()
}
trefoil({ onError: (error, _req, res) => void res.status(error.status) })
export const handlers: readonly RequestHandler[] = [handler, requireAuth({ roles: ['owner'] })]

// @ts-expect-error -- misspelled
requireAuth({ role: ['owner'] })
// @ts-expect-error -- misspelled
trefoil({ clientID: 'a' })
