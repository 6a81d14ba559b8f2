// Checked by `typecheck`, in a program of its own: what is declared here counts for a whole program.
import type { Session } from '@trefoil/core'
import { createFrontendApp } from '@trefoil/core/frontend'
import type { ReactNode } from 'react'
import { AuthProvider, Protect, useAuth, useFlag, usePermission } from '../../src/index.ts'

declare module '@trefoil/core' {
  interface Keys {
    permission: 'read:reports' | 'write:reports'
    flag: 'beta_dashboard' | 'theme'
  }
}

export function Keys(): ReactNode {
  const { can, flag, meets } = useAuth()
  const mayRead: boolean = usePermission('read:reports')
  const beta: boolean = useFlag('beta_dashboard', false)
  const theme: string = flag('theme', 'light')
  meets({ anyPermission: ['read:reports', 'write:reports'] })
  // @ts-expect-error -- misspelled
  usePermission('read:report')
  // @ts-expect-error -- misspelled
  can('read:report')
  // @ts-expect-error -- misspelled
  useFlag('beta_dashbord', false)
  // @ts-expect-error -- a text is no number
  const limit: number = useFlag('theme', 'light')
  // @ts-expect-error -- misspelled
  const guarded = <Protect require={{ permissions: ['read:report'] }} />
  return mayRead ? [beta, theme, limit, guarded] : null
}

export function User(): string | null {
  const auth = useAuth()
  // @ts-expect-error -- there may be nobody
  const name: string | null = auth.user.name
  return auth.isAuthenticated ? auth.user.name : name
}

export function providers(session: Session, promise: Promise<Session | null>): ReactNode[] {
  const store = createFrontendApp({ issuer: 'https://a.example', clientId: 'a' })
  return [
    <AuthProvider issuer="https://a.example" clientId="a" onReturn={(path) => path} />,
    <AuthProvider session={session} />,
    <AuthProvider session={null} basePath="/auth" />,
    <AuthProvider session={promise} />,
    <AuthProvider basePath="/auth" />,
    <AuthProvider store={store} />,
    // @ts-expect-error -- either a server holds the session or the browser does
    <AuthProvider issuer="https://a.example" clientId="a" session={session} />,
    // @ts-expect-error -- a store has its options already
    <AuthProvider store={store} clientId="a" />,
    // @ts-expect-error -- a front-end app has no secret
    <AuthProvider issuer="https://a.example" clientId="a" clientSecret="secret" />,
  ]
}
