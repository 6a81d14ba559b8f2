'use client'

import {
  decide,
  type FlagKey,
  getFlag,
  type JsonValue,
  type Organization,
  type PermissionKey,
  type Requirement,
  type Session,
  type TrefoilError,
  type User,
  type Widen,
} from '@trefoil/core'
import type { AuthActions, AuthSnapshot } from '@trefoil/core/frontend'
import { useMemo } from 'react'
import { useAuthScope } from './auth-context.ts'
import { useSnapshot } from './use-snapshot.ts'

/** Who is signed in, in a form that narrows: with `isAuthenticated` there is a `user`. */
export type AuthState =
  | {
      readonly status: 'authenticated'
      readonly isLoading: false
      readonly isAuthenticated: true
      readonly session: Session
      readonly user: User
      readonly organization: Organization | null
    }
  | {
      readonly status: 'unauthenticated' | 'loading'
      /** Whether it is not known yet if somebody is signed in. */
      readonly isLoading: boolean
      readonly isAuthenticated: false
      readonly session: null
      readonly user: null
      readonly organization: null
    }

/** What {@link useAuth} gives. */
export type Auth = AuthState &
  AuthActions & {
    /** What went wrong last, such as a sign-in that was cancelled; null when all is well. */
    readonly error: TrefoilError | null
    /** Whether the session could not be renewed just now, so that it may be out of date. */
    readonly isStale: boolean
    /** Says whether a permission is granted. */
    can(permission: PermissionKey): boolean
    /** Says whether a requirement is met; `<Protect>` decides alike. */
    meets(requirement: Requirement): boolean
    /** A feature flag's value, or `fallback` when it is unknown or of another type. */
    flag<Value extends JsonValue>(key: FlagKey, fallback: Value): Widen<Value> | Value
  }

/**
 * All about who is signed in, and what they can do. The object and its functions keep their identity
 * until the session changes. For one value alone, `useUser` and its like render less often.
 *
 * @example
 * const { isAuthenticated, user, login } = useAuth()
 * if (!isAuthenticated) return <button onClick={() => login()}>Sign in</button>
 * return <p>Hello {user.name}</p>
 */
export function useAuth(): Auth {
  const { actions } = useAuthScope('useAuth()')
  const snapshot = useSnapshot('useAuth()')
  return useMemo(() => describe(snapshot, actions), [snapshot, actions])
}

function describe(snapshot: AuthSnapshot, actions: AuthActions): Auth {
  const { session, error, isStale } = snapshot
  return {
    ...describeState(snapshot),
    ...actions,
    error,
    isStale,
    can: (permission) => decide(session, { permissions: [permission] }).allowed,
    meets: (requirement) => decide(session, requirement).allowed,
    flag: (key, fallback) => getFlag(session, key, fallback),
  }
}

function describeState({ status, session }: AuthSnapshot): AuthState {
  if (session) {
    const { user, organization } = session
    const known = { isLoading: false, isAuthenticated: true, session, user, organization } as const
    return { status: 'authenticated', ...known }
  }
  const isLoading = status === 'loading'
  const none = { isAuthenticated: false, session, user: null, organization: null } as const
  return { status: isLoading ? 'loading' : 'unauthenticated', isLoading, ...none }
}
