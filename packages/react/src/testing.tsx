'use client'

import type { TrefoilError } from '@trefoil/core'
import type { AccessToken, AuthSnapshot } from '@trefoil/core/frontend'
import { type ReactElement, type ReactNode, useMemo, useState } from 'react'
import { AuthContext } from './auth-context.ts'
import { createScope } from './auth-scope.ts'
import { createFixedStore, type FixedStoreAction } from './fixed-store.ts'
import { createKeeper } from './keeper.ts'
import { createTestSession, type TestSession } from './test-session.ts'

export type { AccessToken } from '@trefoil/core/frontend'
export type { FixedStoreAction } from './fixed-store.ts'
export { createTestSession, type TestSession } from './test-session.ts'

/** What {@link TestAuthProvider} takes. */
export interface TestAuthProviderProps {
  /** Who is signed in; null for nobody; `loading` for the moment in which it is not known. */
  readonly session: TestSession | null | 'loading'
  /** What went wrong last. Default: nothing. */
  readonly error?: TrefoilError | null
  /** Whether the session could not be renewed. Default: false. */
  readonly isStale?: boolean
  /** Told what the components below do, such as `{ name: 'login', parameters: [] }`. */
  readonly onAction?: (action: FixedStoreAction) => void
  /** What `useAccessToken()` gives. Default: a token that is no token, and the page's `fetch`. */
  readonly accessToken?: Partial<AccessToken>
  /** Renders the links of a server session whose routes stand there; without it, of a front-end app. */
  readonly basePath?: string
  readonly children?: ReactNode
}

/**
 * A provider with a fixed session, for your component tests and stories: no network, no redirect, no
 * storage.
 *
 * @example
 * render(
 *   <TestAuthProvider session={{ permissions: ['read:reports'] }}>
 *     <Reports />
 *   </TestAuthProvider>,
 * )
 */
export function TestAuthProvider({
  session,
  error = null,
  isStale = false,
  onAction,
  accessToken,
  basePath,
  children,
}: TestAuthProviderProps): ReactElement {
  // Most tests write the session into the element, where it is a new object at every render.
  const [keep] = useState(() => createKeeper<TestAuthProviderProps['session']>())
  const kept = keep(session)
  const scope = useMemo(() => {
    const store = createFixedStore({ ...describe(kept), error, isStale }, onAction)
    return createScope(store, basePath ?? null, { ...testAccess, ...accessToken })
  }, [kept, error, isStale, onAction, accessToken, basePath])
  return <AuthContext.Provider value={scope}>{children}</AuthContext.Provider>
}

const testAccess: AccessToken = {
  getAccessToken: async () => 'access-token-of-a-test',
  fetch: async (url, init) => fetch(url, init),
}

function describe(
  session: TestAuthProviderProps['session'],
): Pick<AuthSnapshot, 'status' | 'session'> {
  if (session === 'loading') return { status: 'loading', session: null }
  if (session === null) return { status: 'unauthenticated', session: null }
  return { status: 'authenticated', session: createTestSession(session) }
}
