'use client'

import type { User } from '@trefoil/core'
import { useSelection } from './use-selection.ts'

/**
 * The signed-in user, or null while nobody is known to be. The object keeps its identity while
 * nothing about the user changes.
 *
 * @example
 * const user = useUser()
 * return <p>Hello {user?.name ?? 'there'}</p>
 */
export function useUser(): User | null {
  return useSelection('useUser()', ({ session }) => session?.user ?? null)
}
