import { clientCredentialsGrantRequest } from 'oauth4webapi'
import { withRetry } from './internal/http.ts'
import { ProviderError } from './provider-error.ts'
import type { Provider } from './provider.ts'
import { type ClientCredentials, readTokenResponse, type TokenResponse } from './token-request.ts'

/** What an access token of a machine application is for. */
export interface TokenTarget {
  /** The API; absent where the authorization server has a default. */
  readonly audience: string | undefined
  /** Sorted, each once; empty asks for whatever the application was granted. */
  readonly scopes: readonly string[]
}

/**
 * Gets an access token for the client itself (RFC 6749 section 4.4). Asking twice does no harm, so it
 * is tried up to three times while the server is in trouble.
 *
 * Throws `client_rejected`, a {@link ProviderError}, when the server refuses, `provider_unavailable`,
 * and `provider_response_invalid`.
 */
export async function requestClientCredentials(
  { audience, scopes }: TokenTarget,
  client: ClientCredentials,
  provider: Provider,
): Promise<TokenResponse> {
  const metadata = await provider.metadata()
  const parameters = new URLSearchParams()
  if (audience !== undefined) parameters.set('audience', audience)
  if (scopes.length > 0) parameters.set('scope', scopes.join(' '))
  const response = await withRetry(() =>
    clientCredentialsGrantRequest(
      metadata,
      { client_id: client.clientId },
      client.authenticate(metadata),
      parameters,
      provider.requestOptions,
    ),
  )
  return readTokenResponse(metadata, client, response, 'client_rejected').catch(
    (cause: unknown) => {
      throw cause instanceof ProviderError ? explain(cause, { audience, scopes }) : cause
    },
  )
}

function explain(cause: ProviderError, { audience, scopes }: TokenTarget): ProviderError {
  const api = audience === undefined ? 'no audience' : `the audience ${audience}`
  const rights = scopes.length === 0 ? 'no scopes' : `the scopes ${scopes.join(' ')}`
  return new ProviderError('client_rejected', cause.error, {
    message: `The authorization server refused the machine application (${cause.error}) when it asked for ${api} and ${rights}: check KINDE_M2M_CLIENT_ID and KINDE_M2M_CLIENT_SECRET, that the application is of the kind "Machine to machine", and that the API with this audience and these scopes is authorized for it.`,
    wayOut:
      'Open the application at the authorization server (at Kinde: Applications, then its APIs), authorize the API and its scopes, and run the job again.',
    cause,
  })
}
