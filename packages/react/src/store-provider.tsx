'use client'

import type { AuthStore } from '@trefoil/core/frontend'
import { type ReactElement, type ReactNode, useEffect, useMemo } from 'react'
import { AuthContext } from './auth-context.ts'
import { createScope, isFrontendApp } from './auth-scope.ts'

/** A provider over a store that stands. A front-end app is started once the page is there. */
export function StoreProvider({
  store,
  basePath = '/auth',
  children,
}: {
  readonly store: AuthStore
  readonly basePath?: string
  readonly children?: ReactNode
}): ReactElement {
  const scope = useMemo(
    () => createScope(store, isFrontendApp(store) ? null : basePath),
    [store, basePath],
  )
  useEffect(() => {
    // It starts once, however often it is asked to.
    if (isFrontendApp(store)) void store.start()
  }, [store])
  return <AuthContext.Provider value={scope}>{children}</AuthContext.Provider>
}
