'use client'

import type { Session } from '@trefoil/next'
import {
  AuthProvider,
  LoginLink,
  LogoutLink,
  SignedIn,
  SignedOut,
  useUser,
} from '@trefoil/next/client'
import { Suspense } from 'react'

export function Shell({ session }: { session: Promise<Session | null> }) {
  return (
    <AuthProvider session={session}>
      <Suspense fallback={<p>One moment…</p>}>
        <Greeting />
      </Suspense>
    </AuthProvider>
  )
}

function Greeting() {
  const user = useUser()
  return (
    <>
      <SignedIn>
        <p data-testid="user-name">{user?.name}</p>
        <LogoutLink>Sign out</LogoutLink>
      </SignedIn>
      <SignedOut>
        <LoginLink returnTo="/client">Sign in</LoginLink>
      </SignedOut>
    </>
  )
}
