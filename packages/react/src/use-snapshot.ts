'use client'

import type { AuthSnapshot } from '@trefoil/core/frontend'
import { useSyncExternalStore } from 'react'
import { useAuthScope } from './auth-context.ts'

/** The whole snapshot, for who needs all of it. */
export function useSnapshot(caller: string): AuthSnapshot {
  const { getSnapshot, getServerSnapshot, subscribe } = useAuthScope(caller)
  return useSyncExternalStore(subscribe, getSnapshot, getServerSnapshot)
}
