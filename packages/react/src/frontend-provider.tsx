'use client'

import { bindAccess, createFrontendApp, type FrontendOptions } from '@trefoil/core/frontend'
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react'
import { AuthContext } from './auth-context.ts'
import { createScope } from './auth-scope.ts'

/**
 * {@link AuthProvider} for a front-end app alone, which is smaller: it leaves out what a server session
 * needs. The options are read at the first render only.
 *
 * @example
 * <FrontendProvider issuer="https://example.kinde.com" clientId="4b1…">
 *   <App />
 * </FrontendProvider>
 */
export function FrontendProvider({
  children,
  ...options
}: FrontendOptions & { readonly children?: ReactNode }): ReactElement {
  // To make an app does nothing yet, so a render that React throws away leaves no trace.
  const [app] = useState(() => createFrontendApp(options))
  const [scope] = useState(() => createScope(app, null, bindAccess(app)))
  const isShown = useRef(false)
  useEffect(() => {
    isShown.current = true
    // It starts once, however often it is asked to.
    void app.start()
    return () => {
      isShown.current = false
      // StrictMode and Fast Refresh take the effect back only to run it again at once.
      queueMicrotask(() => {
        if (!isShown.current) app.stop()
      })
    }
  }, [app])
  return <AuthContext.Provider value={scope}>{children}</AuthContext.Provider>
}
