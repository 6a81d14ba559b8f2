'use client'

import { type AuthStore, bindAccess, isFrontendApp, refusedAccess } from '@trefoil/core/frontend'
import { type ReactElement, type ReactNode, useEffect, useMemo } from 'react'
import { AuthContext } from './auth-context.ts'
import { type AuthScope, createScope } from './auth-scope.ts'

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
  const scope = useMemo(() => openScope(store, basePath), [store, basePath])
  useEffect(() => {
    // It starts once, however often it is asked to.
    if (isFrontendApp(store)) void store.start()
  }, [store])
  return <AuthContext.Provider value={scope}>{children}</AuthContext.Provider>
}

function openScope(store: AuthStore, basePath: string): AuthScope {
  return isFrontendApp(store)
    ? createScope(store, null, bindAccess(store))
    : createScope(store, basePath, refusedAccess)
}
