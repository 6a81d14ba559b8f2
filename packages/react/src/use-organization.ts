'use client'

import type { Organization } from '@trefoil/core'
import { useSelection } from './use-selection.ts'

/**
 * The organization signed in to, or null when there is none or nobody is known to be signed in. All
 * that the user belongs to are in `useAuth().session.organizations`.
 */
export function useOrganization(): Organization | null {
  return useSelection('useOrganization()', ({ session }) => session?.organization ?? null)
}
