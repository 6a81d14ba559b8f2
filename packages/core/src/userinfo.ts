import { processUserInfoResponse, userInfoRequest, type UserInfoResponse } from 'oauth4webapi'
import type { BackendConfig } from './backend-config.ts'
import { TrefoilError } from './errors.ts'
import { toEvidence } from './internal/evidence.ts'
import { withRetry } from './internal/http.ts'
import type { Provider } from './provider.ts'

/**
 * Asks the userinfo endpoint about the user (OpenID Connect Core section 5.3). The answer must be about
 * `subject`. It describes a user and never decides who they are or what they may do, and what it says of
 * claims elsewhere is not fetched. An answer as a JWT is refused, since none is asked for.
 *
 * Throws `feature_unavailable` when there is no such endpoint, `provider_unavailable`, or
 * `provider_response_invalid`, also when the answer is about somebody else.
 */
export async function fetchUserinfo(
  accessToken: string,
  subject: string,
  config: BackendConfig,
  provider: Provider,
): Promise<UserInfoResponse> {
  const metadata = await provider.metadata()
  if (metadata.userinfo_endpoint === undefined) throw new TrefoilError('feature_unavailable')
  const client = { client_id: config.clientId }
  const response = await withRetry(() =>
    userInfoRequest(metadata, client, accessToken, provider.requestOptions),
  )
  // The parser would take one without looking at its signature.
  if (isJwt(response)) throw invalid(new Error('userinfo is a JWT'))
  return processUserInfoResponse(metadata, client, subject, response).catch((cause: unknown) => {
    throw invalid(toEvidence(cause))
  })
}

function isJwt({ headers }: Response): boolean {
  return /^\s*application\/jwt\b/i.test(headers.get('content-type') ?? '')
}

function invalid(cause: Error): TrefoilError {
  return new TrefoilError('provider_response_invalid', { cause })
}
