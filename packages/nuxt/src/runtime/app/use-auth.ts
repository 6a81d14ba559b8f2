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
import {
  type AccessToken,
  type AuthActions,
  type AuthSnapshot,
  bindAccess,
  bindActions,
  isFrontendApp,
  refusedAccess,
} from '@trefoil/core/frontend'
import { computed, type ComputedRef, type MaybeRefOrGetter, toValue } from 'vue'
import type { AuthScope } from './auth-scope'
import { useScope } from './use-scope'

/** What {@link useAuth} gives. */
export interface Auth extends AuthActions {
  /** `loading` until it is known whether somebody is signed in. */
  readonly status: ComputedRef<AuthSnapshot['status']>
  readonly isLoading: ComputedRef<boolean>
  readonly isAuthenticated: ComputedRef<boolean>
  readonly session: ComputedRef<Session | null>
  readonly user: ComputedRef<User | null>
  readonly organization: ComputedRef<Organization | null>
  /** What went wrong last, such as a sign-in that was cancelled; null when all is well. */
  readonly error: ComputedRef<TrefoilError | null>
  /** Whether the session could not be renewed just now, so that it may be out of date. */
  readonly isStale: ComputedRef<boolean>
  /** Says whether a permission is granted. */
  can(permission: PermissionKey): boolean
  /** Says whether a requirement is met; `<Protect>` decides alike. */
  meets(requirement: Requirement): boolean
  /** A feature flag's value, or `fallback` when it is unknown or of another type. */
  flag<Value extends JsonValue>(key: FlagKey, fallback: Value): Widen<Value> | Value
}

/**
 * All about who is signed in, and what they can do. `can`, `meets` and `flag` are reactive in templates
 * and computed values.
 *
 * @example
 * const { isAuthenticated, user, login } = useAuth()
 */
export function useAuth(): Auth {
  const { store, snapshot } = useScope()
  const session = computed(() => snapshot.value.session)
  return {
    status: computed(() => snapshot.value.status),
    isLoading: computed(() => snapshot.value.status === 'loading'),
    isAuthenticated: computed(() => session.value !== null),
    session,
    user: computed(() => session.value?.user ?? null),
    organization: computed(() => session.value?.organization ?? null),
    error: computed(() => snapshot.value.error),
    isStale: computed(() => snapshot.value.isStale),
    can: (permission) => decide(session.value, { permissions: [permission] }).allowed,
    meets: (requirement) => decide(session.value, requirement).allowed,
    flag: (key, fallback) => getFlag(session.value, key, fallback),
    ...bindActions(store),
  }
}

/** The signed-in user, or null while nobody is known to be. */
export function useUser(): ComputedRef<User | null> {
  return useAuth().user
}

/** The organization signed in to, or null when there is none or nobody is known to be signed in. */
export function useOrganization(): ComputedRef<Organization | null> {
  return useAuth().organization
}

/**
 * Whether a permission is granted. While the session loads, and for nobody, it is not.
 *
 * @example
 * const mayWrite = usePermission('write:reports')
 */
export function usePermission(key: MaybeRefOrGetter<PermissionKey>): ComputedRef<boolean> {
  const auth = useAuth()
  return computed(() => auth.can(toValue(key)))
}

/**
 * A feature flag's value, or `fallback` while the session loads, for nobody, and when the flag is
 * unknown or of another type than the fallback.
 *
 * @example
 * const theme = useFlag('theme', 'light')
 */
export function useFlag<Value extends JsonValue>(
  key: MaybeRefOrGetter<FlagKey>,
  fallback: Value,
): ComputedRef<Widen<Value> | Value> {
  const auth = useAuth()
  return computed(() => auth.flag(toValue(key), fallback))
}

/**
 * Calls an API in the name of the user of a front-end app (`ssr: false`). With a server session both
 * reject with `feature_unavailable`: the tokens stay on the server, where `getAccessToken(event)` has them.
 *
 * @example
 * const { fetch } = useAccessToken()
 * const load = async () => (await fetch('https://api.example/reports')).json()
 */
export function useAccessToken(): AccessToken {
  const { store }: AuthScope = useScope()
  return isFrontendApp(store) ? bindAccess(store) : refusedAccess
}
