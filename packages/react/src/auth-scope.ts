import { TrefoilError } from '@trefoil/core'
import type { AuthSnapshot, AuthStore, FrontendApp } from '@trefoil/core/frontend'
import { type AuthActions, createActions } from './auth-actions.ts'

/** What calls an API in the name of the user. */
export type AccessToken = Pick<FrontendApp, 'getAccessToken' | 'fetch'>

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
  accessToken: AccessToken = findAccessToken(store),
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
    actions: createActions(store),
    accessToken,
    basePath,
  }
}

/** Whether a store is that of a front-end app, which has the access token. */
export function isFrontendApp(store: AuthStore): store is FrontendApp {
  return 'getAccessToken' in store && 'start' in store
}

function findAccessToken(store: AuthStore): AccessToken {
  if (isFrontendApp(store)) {
    return {
      getAccessToken: async () => store.getAccessToken(),
      fetch: async (url, init) => store.fetch(url, init),
    }
  }
  return { getAccessToken: refuse, fetch: refuse }
}

async function refuse(): Promise<never> {
  throw new TrefoilError('feature_unavailable', {
    message:
      'The access token of a server session stays on the server: call the API there, and give the page the result.',
  })
}
