import { TrefoilError } from '@trefoil/core'
import type { AccessToken } from './auth-scope.ts'

/** What a server session has in the place of an access token, which stays on the server. */
export const refusedAccess: AccessToken = { getAccessToken: refuse, fetch: refuse }

async function refuse(): Promise<never> {
  throw new TrefoilError('feature_unavailable', {
    message:
      'The access token of a server session stays on the server: call the API there, and give the page the result.',
  })
}
