'use client'

import type { Session } from '@trefoil/core'
import { refusedAccess } from '@trefoil/core/frontend'
import { type ReactElement, type ReactNode, useEffect, useState } from 'react'
import { AuthContext } from './auth-context.ts'
import { type AuthScope, createScope } from './auth-scope.ts'
import { createFixedStore, loadingSnapshot } from './fixed-store.ts'
import { awaitSession, type KnownSession, openSession, type PendingScope } from './pending-scope.ts'
import { isPromise } from './promised.ts'
import { canUse } from './use-promise.ts'

/** What {@link SessionProvider} takes. */
export interface SessionProviderOptions {
  /**
   * What the server knows: a session, null for nobody, or a promise of either. Left out, the browser
   * asks the server for it.
   */
  readonly session?: Session | null | Promise<Session | null>
  /** Where the server's routes stand. Default: `/auth`. */
  readonly basePath?: string
}

interface ServerSession {
  readonly session: Session | null | Promise<Session | null> | undefined
  readonly basePath: string
}

/**
 * {@link AuthProvider} for the session that a server holds alone, which is smaller: it leaves out the
 * front-end app.
 *
 * @example
 * <SessionProvider session={await auth.session()}>{children}</SessionProvider>
 */
export function SessionProvider({
  session,
  basePath = '/auth',
  children,
}: SessionProviderOptions & { readonly children?: ReactNode }): ReactElement {
  const scope = useServerScope({ session, basePath })
  const settled = useSettled(scope, basePath)
  // React 18 cannot unwrap a promise while it renders, so there the state is `loading` until it settles.
  return <AuthContext.Provider value={canUse ? scope : settled}>{children}</AuthContext.Provider>
}

// A server sends the same session as a new object with every page; only another one is news.
function useServerScope(given: ServerSession): AuthScope | PendingScope {
  const [held, setHeld] = useState(() => ({ given, scope: openScope(given) }))
  if (isSame(held.given, given)) return held.scope
  const next = { given, scope: openScope(given) }
  setHeld(next)
  return next.scope
}

function openScope({ session, basePath }: ServerSession): AuthScope | PendingScope {
  return isPromise(session) ? awaitSession(session, basePath) : openSession(session, basePath)
}

function isSame(one: ServerSession, other: ServerSession): boolean {
  if (one.basePath !== other.basePath) return false
  if (Object.is(one.session, other.session)) return true
  if (isPromise(one.session) || isPromise(other.session)) return false
  return JSON.stringify(one.session) === JSON.stringify(other.session)
}

function useSettled(scope: AuthScope | PendingScope, basePath: string): AuthScope {
  const [settled, setSettled] = useState<{ of: PendingScope; scope: AuthScope }>()
  const [loading] = useState(() =>
    createScope(createFixedStore(loadingSnapshot), basePath, refusedAccess),
  )
  useEffect(() => {
    if (canUse || !('pending' in scope)) return undefined
    let isCurrent = true
    const show = (session: KnownSession): void => {
      if (isCurrent) setSettled({ of: scope, scope: scope.open(session) })
    }
    void scope.pending.then(show)
    return () => {
      isCurrent = false
    }
  }, [scope])
  if (!('pending' in scope)) return scope
  return settled?.of === scope ? settled.scope : loading
}
