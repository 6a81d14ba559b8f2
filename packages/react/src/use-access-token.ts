'use client'

import { useAuthScope } from './auth-context.ts'
import type { AccessToken } from '@trefoil/core/frontend'

/**
 * Calls an API in the name of the user of a front-end app. `fetch` attaches the access token, to the
 * origins of `audience` and `allowedOrigins` alone; `getAccessToken` gives it for any other client.
 * Both renew it first when that is due, and keep their identity. With a server session both reject
 * with `feature_unavailable`: the tokens stay on the server.
 *
 * @example
 * const { fetch } = useAccessToken()
 * const load = async () => (await fetch('https://api.example/reports')).json()
 */
export function useAccessToken(): AccessToken {
  return useAuthScope('useAccessToken()').accessToken
}
