import type { AuthStore } from './auth-store.ts'
import { sessionTexts } from './error-texts-session.ts'
import { addErrorTexts, TrefoilError } from './errors.ts'
import type { FrontendApp } from './frontend-app.ts'

/** What calls an API in the name of the user. */
export type AccessToken = Pick<FrontendApp, 'getAccessToken' | 'fetch'>

/** Whether a store is that of a front-end app, which has the access token. */
export function isFrontendApp(store: AuthStore): store is FrontendApp {
  return 'getAccessToken' in store && 'start' in store
}

/** The access token of a front-end app, as functions that can be handed on by themselves. */
export function bindAccess(app: FrontendApp): AccessToken {
  return {
    getAccessToken: async () => app.getAccessToken(),
    fetch: async (url, init) => app.fetch(url, init),
  }
}

/**
 * What a page has in the place of an access token when a server holds the session: both reject with
 * `feature_unavailable`, since the token stays on the server.
 */
export const refusedAccess: AccessToken = { getAccessToken: refuse, fetch: refuse }

async function refuse(): Promise<never> {
  // The store may be one of the application's own, which brought no texts.
  addErrorTexts(sessionTexts)
  throw new TrefoilError('feature_unavailable', {
    message:
      'The access token of a server session stays on the server: call the API there, and give the page the result.',
  })
}
