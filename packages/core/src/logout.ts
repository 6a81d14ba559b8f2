import type { ClientConfig } from './client-config.ts'
import { within } from './internal/deadline.ts'
import type { Provider } from './provider.ts'
import { revokeRefreshToken } from './revocation.ts'
import type { SessionRecord } from './session.ts'

// The session here has ended before any of this; nobody waits long for the rest.
const patience = 2_000
// A server may refuse a longer URL; who signs out then confirms it there (RP-Initiated Logout 2).
const maxHint = 4_096

/**
 * Ends a login at the authorization server: revokes the refresh token and gives the URL at which the
 * browser signs out there (Kinde's logout, or RP-Initiated Logout 1.0). When the server cannot be
 * reached in two seconds the browser goes straight to `returnTo`: it is signed out here all the same.
 */
export async function endProviderSession(
  record: SessionRecord | undefined,
  returnTo: string,
  config: ClientConfig,
  provider: Provider,
): Promise<string> {
  const { clientId, preset } = config
  const { refreshToken, idToken } = record?.tokens ?? {}
  const revocation =
    refreshToken === undefined ? undefined : revokeRefreshToken(refreshToken, config, provider)
  const [metadata] = await Promise.all([
    within(patience, provider.metadata()),
    within(patience, revocation ?? Promise.resolve(false)),
  ])
  const hint = (idToken?.length ?? 0) > maxHint ? undefined : idToken
  const url = metadata && preset.logoutUrl(metadata, { clientId, returnTo, idToken: hint })
  return url?.href ?? returnTo
}

/** Where the browser signs out at the authorization server; its issuer while it does not say. */
export async function findProviderLogout(provider: Provider): Promise<string> {
  const metadata = await within(patience, provider.metadata())
  return metadata?.end_session_endpoint ?? provider.config.issuer
}
