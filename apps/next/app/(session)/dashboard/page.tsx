import { getFlag } from '@trefoil/core'
import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { OrganizationName } from '../../../components/organization-name.tsx'
import { auth } from '../../../lib/auth.ts'

export const metadata: Metadata = { title: 'Dashboard' }

export default async function Dashboard(): Promise<ReactNode> {
  const session = await auth.require()
  const { user, organization, permissions, roles } = session
  return (
    <>
      <h1>Dashboard</h1>
      <h2>You</h2>
      <dl className="facts">
        <dt>Name</dt>
        <dd data-testid="user-name">{user.name ?? 'Not told'}</dd>
        <dt>Email</dt>
        <dd data-testid="user-email">{user.email ?? 'Not told'}</dd>
        <dt>Organization</dt>
        <dd data-testid="organization">
          {organization ? <OrganizationName {...organization} /> : 'None'}
        </dd>
      </dl>
      <h2>What you may do</h2>
      <dl className="facts">
        <dt>Permissions</dt>
        <dd data-testid="permissions">
          <Tags keys={permissions} />
        </dd>
        {roles.length > 0 && (
          <>
            <dt>Roles</dt>
            <dd>
              <Tags keys={roles} />
            </dd>
          </>
        )}
        <dt>
          Flag <code>beta_dashboard</code>
        </dt>
        <dd data-testid="flag-beta_dashboard">
          {getFlag(session, 'beta_dashboard', false) ? 'on' : 'off'}
        </dd>
      </dl>
      <h2>Your session</h2>
      <dl className="facts">
        <dt>Signed in</dt>
        <dd>
          <Time seconds={session.authenticatedAt} />
        </dd>
        <dt>Access token, until</dt>
        <dd data-testid="access-token-expires-at">
          <Time seconds={session.accessTokenExpiresAt} />
        </dd>
        <dt>Session, until</dt>
        <dd>
          <Time seconds={session.expiresAt} />
        </dd>
      </dl>
    </>
  )
}

function Tags({ keys }: { readonly keys: readonly string[] }): ReactNode {
  if (keys.length === 0) return 'None'
  return (
    <ul className="tags">
      {keys.map((key) => (
        <li key={key}>
          <code>{key}</code>
        </li>
      ))}
    </ul>
  )
}

function Time({ seconds }: { readonly seconds: number }): ReactNode {
  const iso = new Date(seconds * 1000).toISOString()
  return <time dateTime={iso}>{iso.slice(0, 19).replace('T', ' ')} UTC</time>
}
