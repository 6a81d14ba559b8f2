import type { BackendConfig } from './backend-config.ts'
import type { Authentication } from './backend-context.ts'
import { ConfigurationError } from './errors.ts'
import { mayHaveToken, refusedOrigin } from './token-origins.ts'

/** Sends a request with the access token of a signed-in user, to an origin that may have it. */
export async function fetchAsUser(
  target: string | URL,
  init: RequestInit,
  authentication: Pick<Authentication, 'getAccessToken'>,
  { issuer, audience, apiOrigins, fetch: send }: BackendConfig,
): Promise<Response> {
  if (!URL.canParse(target)) {
    throw new ConfigurationError([
      'fetch: the URL must be absolute, such as https://api.example/x.',
    ])
  }
  const url = new URL(target)
  if (!mayHaveToken(url, [issuer, ...audience], apiOrigins)) throw refusedOrigin(url, 'apiOrigins')
  const headers = new Headers(init.headers)
  headers.set('authorization', `Bearer ${authentication.getAccessToken()}`)
  // Not every `fetch` takes the token off when a redirect leads to another origin.
  return send(url, { redirect: 'error', ...init, headers })
}
