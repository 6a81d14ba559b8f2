'use client'

import { decide, type PermissionKey } from '@trefoil/core'
import { useSelection } from './use-selection.ts'

/**
 * Whether a permission is granted. While the session loads, and for nobody, it is not. The component
 * renders again only when the answer changes.
 *
 * @example
 * const mayWrite = usePermission('write:reports')
 * return mayWrite ? <Editor /> : null
 */
export function usePermission(key: PermissionKey): boolean {
  const requirement = { permissions: [key] }
  return useSelection('usePermission()', ({ session }) => decide(session, requirement).allowed)
}
