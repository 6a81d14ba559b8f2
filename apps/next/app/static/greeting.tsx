'use client'

import { useAuth, useFlag, usePermission } from '@trefoil/next/client'
import type { ReactNode } from 'react'

/** Knows who you are by the session that the browser asked the server for, once a tab. */
export function Greeting(): ReactNode {
  const { status, user } = useAuth()
  const mayRead = usePermission('read:reports')
  const maxProjects = useFlag('max_projects', 1)
  if (status === 'loading') return <p role="status">One moment, your browser asks who you are.</p>
  if (!user) return <p>You are signed out.</p>
  return (
    <dl className="facts">
      <dt>Name</dt>
      <dd data-testid="user-name">{user.name ?? user.email}</dd>
      <dt>
        Permission <code>read:reports</code>
      </dt>
      <dd>{mayRead ? 'yes' : 'no'}</dd>
      <dt>
        Flag <code>max_projects</code>
      </dt>
      <dd>{maxProjects}</dd>
    </dl>
  )
}
