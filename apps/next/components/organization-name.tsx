import type { Organization } from '@trefoil/next'
import type { ReactNode } from 'react'

/** An organization by its name and code. */
export function OrganizationName({ name, code }: Organization): ReactNode {
  return (
    <>
      {name} <code>{code}</code>
    </>
  )
}
