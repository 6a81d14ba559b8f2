import { processRevocationResponse, revocationRequest } from 'oauth4webapi'
import type { ClientConfig } from './client-config.ts'
import type { Provider } from './provider.ts'

/**
 * Revokes a refresh token where the server offers it (RFC 7009). Resolves to whether it was revoked;
 * it never rejects, because a sign-out must not fail for it.
 */
export async function revokeRefreshToken(
  refreshToken: string,
  config: ClientConfig,
  provider: Provider,
): Promise<boolean> {
  try {
    const metadata = await provider.metadata()
    if (metadata.revocation_endpoint === undefined) return false
    const response = await revocationRequest(
      metadata,
      { client_id: config.clientId },
      config.authenticate(metadata),
      refreshToken,
      { ...provider.requestOptions, additionalParameters: { token_type_hint: 'refresh_token' } },
    )
    await processRevocationResponse(response)
    return true
  } catch {
    return false
  }
}
