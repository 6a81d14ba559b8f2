import { getFlag } from '@trefoil/core'
import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { auth } from '../../../lib/auth.ts'
import { requirements } from '../../../lib/requirements.ts'

export const metadata: Metadata = { title: 'Beta' }

export default async function Beta(): Promise<ReactNode> {
  const session = await auth.require(requirements.beta)
  return (
    <>
      <h1>Beta</h1>
      <p className="lead">
        You see this because the flag <code>beta_dashboard</code> is on for you.
      </p>
      <dl className="facts">
        <dt>
          Flag <code>theme</code>
        </dt>
        <dd>{getFlag(session, 'theme', 'not set')}</dd>
        <dt>
          Flag <code>max_projects</code>
        </dt>
        <dd>{getFlag(session, 'max_projects', 1)}</dd>
      </dl>
    </>
  )
}
