import {
  type AccessToken,
  type AuthActions,
  type AuthSnapshot,
  type AuthStore,
  bindActions,
} from '@trefoil/core/frontend'

/** What a provider hands to the hooks and components below it. */
export interface AuthScope {
  readonly getSnapshot: () => AuthSnapshot
  readonly getServerSnapshot: () => AuthSnapshot
  readonly subscribe: (listener: () => void) => () => void
  /** Whether anything below the provider has seen a session; if so, and there is none, it has ended. */
  readonly hasSeenSession: () => boolean
  /** The actions of the store, as functions whose identity does not change. */
  readonly actions: AuthActions
  readonly accessToken: AccessToken
  /** Where the routes of the server that holds the session stand; null in a front-end app. */
  readonly basePath: string | null
}

/** Makes what a provider hands down for a store. */
export function createScope(
  store: AuthStore,
  basePath: string | null,
  accessToken: AccessToken,
): AuthScope {
  let hasSeen = false
  return {
    getSnapshot() {
      const snapshot = store.getSnapshot()
      hasSeen ||= snapshot.session !== null
      return snapshot
    },
    getServerSnapshot: () => store.getServerSnapshot(),
    subscribe: (listener) => store.subscribe(listener),
    hasSeenSession: () => hasSeen,
    actions: bindActions(store),
    accessToken,
    basePath,
  }
}
