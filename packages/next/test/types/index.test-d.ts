import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GetServerSideProps, NextApiHandler } from 'next'
import type { NextRequest } from 'next/server'
import { expectTypeOf } from 'vitest'
import { type Auth, createAuth, type Session, type SignedIn } from '../../src/index.ts'

const auth = createAuth()
expectTypeOf(auth).toEqualTypeOf<Auth>()
createAuth({ interrupts: true, clientId: 'a' })
createAuth(async (request) => ({ siteUrl: `https://${request.header('host') ?? ''}` }))

// `session` may find nobody; `require` gives a session or leaves.
expectTypeOf<Auth['session']>().returns.resolves.toEqualTypeOf<Session | null>()
expectTypeOf<Auth['require']>().returns.resolves.toEqualTypeOf<Session>()
expectTypeOf<Auth['accessToken']>().returns.resolves.toEqualTypeOf<string>()
expectTypeOf<Auth['handlers']['GET']>().toEqualTypeOf<(request: Request) => Promise<Response>>()

// What a guarded handler is given, in each of Next's forms.
const route = auth.route((request: NextRequest, { session, params }) => {
  expectTypeOf(session).toEqualTypeOf<Session>()
  expectTypeOf(params).toExtend<Promise<object>>()
  return Response.json({ path: request.nextUrl.pathname })
})
expectTypeOf(route).returns.resolves.toEqualTypeOf<Response>()
expectTypeOf(auth.apiRoute((_req, _res, { session }) => session.user)).toExtend<NextApiHandler>()
expectTypeOf(
  auth.serverSideProps(({ session }) => ({ props: { name: session.user.name } })),
).toExtend<GetServerSideProps<{ name: string | null }>>()
expectTypeOf<SignedIn['session']>().toEqualTypeOf<Session>()

declare const at: { req: IncomingMessage; res: ServerResponse }
void auth.session(at)
auth.proxy({ protect: ['/dashboard', { path: '/reports', permissions: ['read:reports'] }] })
// @ts-expect-error -- no member of a requirement
auth.proxy({ protect: [{ path: '/reports', permission: ['read:reports'] }] })
// @ts-expect-error -- misspelled
createAuth({ clientID: 'a' })
