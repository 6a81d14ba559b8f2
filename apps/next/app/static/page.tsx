import { AuthProvider } from '@trefoil/next/client'
import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { Shell } from '../../components/shell.tsx'
import { Greeting } from './greeting.tsx'

export const metadata: Metadata = { title: 'Static' }

/** Rendered once, by the build. The provider has no session here, so the browser asks for it. */
export default function Static(): ReactNode {
  return (
    <AuthProvider>
      <Shell>
        <h1>Static</h1>
        <p className="lead">
          The build made this page. Everybody gets the same file, a cache may keep it, and nothing
          of you is in it.
        </p>
        <Greeting />
      </Shell>
    </AuthProvider>
  )
}
