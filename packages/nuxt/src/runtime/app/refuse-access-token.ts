import { TrefoilError } from '@trefoil/core'

/** What a page gets of a session whose tokens the server keeps. */
export const refuseAccessToken: {
  getAccessToken(): Promise<never>
  fetch(): Promise<never>
} = { getAccessToken: refuse, fetch: refuse }

async function refuse(): Promise<never> {
  throw new TrefoilError('feature_unavailable', {
    message:
      'The access token of a server session stays on the server: call the API there, and give the page the result.',
  })
}
