import type { Session } from '@trefoil/next'
import { AuthProvider } from '@trefoil/next/client'
import Head from 'next/head'
import type { ReactNode } from 'react'
import { Shell } from '../components/shell.tsx'
import { auth } from '../lib/auth.ts'

interface Props {
  readonly session: Session
}

// Who is signed out goes to the login; a requirement could be the second argument.
export const getServerSideProps = auth.serverSideProps(({ session }) => ({ props: { session } }))

export default function PagesRouter({ session }: Props): ReactNode {
  const { user, organization } = session
  return (
    <AuthProvider session={session}>
      <Head>
        <title>Pages Router · Trefoil with Next.js</title>
      </Head>
      <Shell>
        <h1>Pages Router</h1>
        <p className="lead">
          The same session, given to this page by <code>getServerSideProps</code>.
        </p>
        <dl className="facts">
          <dt>Name</dt>
          <dd data-testid="user-name">{user.name ?? user.email}</dd>
          <dt>Organization</dt>
          <dd data-testid="organization">{organization?.name ?? 'None'}</dd>
        </dl>
      </Shell>
    </AuthProvider>
  )
}
