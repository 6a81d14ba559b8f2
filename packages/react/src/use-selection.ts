'use client'

import type { AuthSnapshot } from '@trefoil/core/frontend'
import { useState, useSyncExternalStore } from 'react'
import { useAuthScope } from './auth-context.ts'
import { createKeeper } from './keeper.ts'

/**
 * Selects from the snapshot. The component renders again only when the selection changed, and what is
 * equal as JSON keeps its identity, so a renewal of the tokens disturbs nobody.
 */
export function useSelection<Value>(
  caller: string,
  select: (snapshot: AuthSnapshot) => Value,
): Value {
  const { getSnapshot, getServerSnapshot, subscribe } = useAuthScope(caller)
  const [keep] = useState(() => createKeeper<Value>())
  return useSyncExternalStore(
    subscribe,
    () => keep(select(getSnapshot())),
    () => keep(select(getServerSnapshot())),
  )
}
