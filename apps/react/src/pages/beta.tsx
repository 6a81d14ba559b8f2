import { useFlag } from '@trefoil/react'
import type { ReactNode } from 'react'
import { Protected } from './protected.tsx'

export function Beta(): ReactNode {
  return (
    <Protected title="Beta" require={{ flags: ['beta_dashboard'] }}>
      <Flags />
    </Protected>
  )
}

function Flags(): ReactNode {
  const theme = useFlag('theme', 'not set')
  const maxProjects = useFlag('max_projects', 1)
  return (
    <>
      <p className="lead">
        You see this because the flag <code>beta_dashboard</code> is on for you.
      </p>
      <dl className="facts">
        <dt>
          Flag <code>theme</code>
        </dt>
        <dd>{theme}</dd>
        <dt>
          Flag <code>max_projects</code>
        </dt>
        <dd>{maxProjects}</dd>
      </dl>
    </>
  )
}
