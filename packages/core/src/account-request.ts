import { TrefoilError } from './errors.ts'
import { asObject } from './internal/encoding.ts'
import { withRetry } from './internal/http.ts'
import type { Provider } from './provider.ts'

/**
 * Asks Kinde's account API for one JSON object. Throws `feature_unavailable` with another preset than
 * `kinde`, `account_api_failed` when the API refuses, `provider_unavailable`, and
 * `provider_response_invalid`. Source: KINDE-PROTOCOL section 8.
 */
export async function askAccountApi(
  path: string,
  query: Readonly<Record<string, string>>,
  accessToken: string,
  provider: Provider,
): Promise<Record<string, unknown>> {
  const { issuer, preset } = provider.config
  if (preset.name !== 'kinde') throw new TrefoilError('feature_unavailable')
  const url = new URL(`${issuer}/account_api/v1/${path}`)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` }
  const response = await withRetry(() => provider.http(url, { headers }))
  if (response.status !== 200) {
    throw new TrefoilError('account_api_failed', { cause: new Error(`status ${response.status}`) })
  }
  const body = asObject(await response.json().catch(() => undefined))
  if (!body) throw invalidAccountAnswer('no JSON object')
  return body
}

/** The account API answered with something else than it should. */
export function invalidAccountAnswer(reason: string): TrefoilError {
  return new TrefoilError('provider_response_invalid', {
    cause: new Error(`the account API answered with ${reason}`),
  })
}
