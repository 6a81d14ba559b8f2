import { AuthProvider } from '@trefoil/next/client'
import type { ReactNode } from 'react'
import { Shell } from '../../components/shell.tsx'
import { auth } from '../../lib/auth.ts'

/** What the server knows reaches the hooks in client components: the browser need not ask for it. */
export default async function SessionLayout({
  children,
}: {
  readonly children: ReactNode
}): Promise<ReactNode> {
  return (
    <AuthProvider session={await auth.session()}>
      <Shell>{children}</Shell>
    </AuthProvider>
  )
}
