import type { Session, User } from '@trefoil/core'
import type { ReactNode } from 'react'
import { expectTypeOf } from 'vitest'
import * as client from '../../src/client.ts'

const { AuthProvider, LoginLink, Protect } = client
expectTypeOf(client.useUser).returns.toEqualTypeOf<User | null>()
expectTypeOf<client.Auth['session']>().toEqualTypeOf<Session | null>()
// The server holds the session, so a page has neither an access token nor a front-end app.
expectTypeOf(client).not.toHaveProperty('useAccessToken')
expectTypeOf(client).not.toHaveProperty('FrontendProvider')

export function elements(session: Promise<Session | null>): readonly ReactNode[] {
  return [
    <AuthProvider session={session} />,
    <AuthProvider basePath="/auth" />,
    <Protect require={{ roles: ['owner'] }} fallback="no" />,
    <LoginLink returnTo="/here" />,
    // @ts-expect-error -- options are the server's
    <AuthProvider clientId="a" />,
  ]
}
