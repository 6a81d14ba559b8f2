import { TrefoilError } from '@trefoil/core'
import type { AuthStore, FrontendApp } from '@trefoil/core/frontend'
import { type AuthActions, createActions } from './auth-actions.ts'

/** What calls an API in the name of the user. */
export type AccessToken = Pick<FrontendApp, 'getAccessToken' | 'fetch'>

/** What a provider hands to the hooks and components below it. */
export interface AuthScope {
  readonly store: AuthStore
  /** The actions of the store, as functions whose identity does not change. */
  readonly actions: AuthActions
  /** {@link AuthStore.subscribe}, likewise. */
  readonly subscribe: (listener: () => void) => () => void
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
  return {
    store,
    actions: createActions(store),
    subscribe: (listener) => store.subscribe(listener),
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
