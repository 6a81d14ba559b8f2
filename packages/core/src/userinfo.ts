import { processUserInfoResponse, userInfoRequest, type UserInfoResponse } from 'oauth4webapi'
import type { BackendConfig } from './backend-config.ts'
import { TrefoilError } from './errors.ts'
import type { Provider } from './provider.ts'

/**
 * Asks the userinfo endpoint about the user (OpenID Connect Core section 5.3). The answer must be about
 * `subject`. It describes a user and never decides who they are or what they may do.
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
  const response = await userInfoRequest(metadata, client, accessToken, provider.requestOptions)
  return processUserInfoResponse(metadata, client, subject, response).catch((cause: unknown) => {
    throw new TrefoilError('provider_response_invalid', { cause })
  })
}
