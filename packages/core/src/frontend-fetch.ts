import type { FrontendContext } from './frontend-context.ts'
import { isRepeatable, mayHaveToken, refusedOrigin } from './token-origins.ts'

/** Where the token of a request comes from. */
export interface TokenSource {
  get(): Promise<string>
  /** Another token than the one that was refused; `undefined` when there is none. */
  replace(refused: string): Promise<string | undefined>
}

/** Sends a request with the access token to an origin that may have it, once more after a 401. */
export async function fetchWithToken(
  target: string | URL,
  init: RequestInit,
  tokens: TokenSource,
  { config, options }: FrontendContext,
): Promise<Response> {
  const { issuer, audience, allowedOrigins, origin } = config
  const url = new URL(target, origin)
  if (!mayHaveToken(url, [issuer, ...audience], allowedOrigins)) throw refusedOrigin(url)
  const send = async (token: string): Promise<Response> => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${token}`)
    // Not every browser takes the token off when a redirect leads to another origin.
    return (options.fetch ?? fetch)(url, { redirect: 'error', ...init, headers })
  }
  const token = await tokens.get()
  const response = await send(token)
  if (response.status !== 401 || !isRepeatable(init.body)) return response
  const fresh = await tokens.replace(token)
  if (fresh === undefined) return response
  await response.body?.cancel()
  return send(fresh)
}
