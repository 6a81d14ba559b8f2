import type { TrefoilError } from './errors.ts'
import type { PortalPage } from './portal-link.ts'
import type { Session } from './session.ts'

/** What is known of the user at a moment. It never changes; what changes is which one is current. */
export interface AuthSnapshot {
  /** `loading` until it is known whether somebody is signed in. */
  readonly status: 'loading' | 'authenticated' | 'unauthenticated'
  /** Who is signed in and what they may do. */
  readonly session: Session | null
  /** What went wrong last, until an action succeeds or begins anew. */
  readonly error: TrefoilError | null
  /** A renewal failed in passing (offline, 5xx): the user stays, and the claims may be old. */
  readonly isStale: boolean
}

/** How a sign-in should be; every member is optional. */
export interface LoginRequest {
  /** Where to go afterwards: a path of this site with query and hash. Default: where the page is. */
  readonly returnTo?: string
  /** The code of the organization to sign in to; another one than this is refused. */
  readonly organization?: string
  /** Fills in the sign-in form, such as an email address. */
  readonly loginHint?: string
  /**
   * Further parameters of the authorization request that the preset lets through, such as
   * `connection_id`, `lang` or `prompt`. Others are left out.
   */
  readonly parameters?: Readonly<Record<string, string>>
}

/** How a new organization should be; every member is optional. */
export interface OrganizationRequest {
  readonly name?: string
  /** Where to go afterwards: a path of this site. Default: where the page is. */
  readonly returnTo?: string
}

/** How Kinde's portal should open; every member is optional. */
export interface PortalVisit {
  /** The page of the portal. Default: the user's profile. */
  readonly page?: PortalPage
  /** Where the portal leads back to: a path of this site. Default: where a sign-in ends. */
  readonly returnTo?: string
}

/**
 * What a user can do. Actions that go to another page resolve when the browser is on its way. What goes
 * wrong rejects with a {@link TrefoilError} and is the snapshot's `error` as well.
 */
export interface AuthActions {
  /** Goes to the sign-in page. */
  readonly login: (request?: LoginRequest) => Promise<void>
  /** Goes to the registration page. */
  readonly register: (request?: LoginRequest) => Promise<void>
  /** Signs out here and in every tab at once, then goes to the provider to sign out there. */
  readonly logout: () => Promise<void>
  /** Signs in to another organization of the user. */
  readonly switchOrganization: (
    code: string,
    request?: { readonly returnTo?: string },
  ) => Promise<void>
  /** Creates an organization and signs in to it. */
  readonly createOrganization: (request?: OrganizationRequest) => Promise<void>
  /**
   * Goes to Kinde's self-service portal. In a front-end app it throws `not_authenticated`, with another
   * preset than `kinde` `feature_unavailable`, and `account_api_failed` when Kinde refuses.
   */
  readonly openPortal: (visit?: PortalVisit) => Promise<void>
  /** Renews the session now, so that changed rights count. */
  readonly refresh: () => Promise<void>
}

/**
 * A small store of who is signed in, with the actions that change it. A front-end app is one, and so
 * is the client half of a server session, so hooks and components work in both worlds.
 */
export interface AuthStore extends AuthActions {
  /** The current snapshot; the same object until something changes. */
  getSnapshot(): AuthSnapshot
  /** The snapshot to render with on a server and for hydration; always the same object. */
  getServerSnapshot(): AuthSnapshot
  /** Calls the listener after every change; the result unsubscribes it. */
  subscribe(listener: () => void): () => void
}

/** The part of an {@link AuthStore} that holds the snapshot. */
export interface SnapshotStore extends Pick<
  AuthStore,
  'getSnapshot' | 'getServerSnapshot' | 'subscribe'
> {
  /** Changes members of the snapshot; nobody is told when all of them stay the same. */
  update(changes: Partial<AuthSnapshot>): void
}

const loading: AuthSnapshot = { status: 'loading', session: null, error: null, isStale: false }

/** A snapshot of somebody who is signed in, or of nobody. */
export function snapshotOf(session: Session | null): AuthSnapshot {
  return { ...loading, status: session ? 'authenticated' : 'unauthenticated', session }
}

/** Makes a {@link SnapshotStore}. `initial` is what a server and the first render see. */
export function createSnapshotStore(initial: AuthSnapshot = loading): SnapshotStore {
  const listeners = new Set<() => void>()
  let snapshot = initial

  return {
    getSnapshot: () => snapshot,
    getServerSnapshot: () => initial,
    subscribe(listener) {
      // Wrapped, so that one listener given twice is told twice and each can leave alone.
      const entry = (): void => listener()
      listeners.add(entry)
      return () => void listeners.delete(entry)
    },
    update(changes) {
      const before = snapshot
      if (Object.entries(changes).every(([name, to]) => Reflect.get(before, name) === to)) return
      snapshot = { ...before, ...changes }
      for (const listener of listeners) listener()
    },
  }
}

/** Gives the actions of a store as plain functions, which can be handed on by themselves. */
export function bindActions(store: AuthActions): AuthActions {
  return createActions(async (action) => action(store))
}

/** Makes {@link AuthActions} of a function that finds whoever does them. */
export function createActions(
  act: (action: (actions: AuthActions) => Promise<void>) => Promise<void>,
): AuthActions {
  return {
    login: async (request) => act(async (to) => to.login(request)),
    register: async (request) => act(async (to) => to.register(request)),
    logout: async () => act(async (to) => to.logout()),
    switchOrganization: async (code, request) =>
      act(async (to) => to.switchOrganization(code, request)),
    createOrganization: async (request) => act(async (to) => to.createOrganization(request)),
    openPortal: async (visit) => act(async (to) => to.openPortal(visit)),
    refresh: async () => act(async (to) => to.refresh()),
  }
}
