import { genericTokenEndpointRequest } from 'oauth4webapi'
import type { ClientConfig } from './client-config.ts'
import type { TrefoilError } from './errors.ts'
import { type IdTokenClaims, type IdTokenExpectation, verifyIdToken } from './id-token.ts'
import { inSeconds } from './internal/clock.ts'
import { deepFreeze } from './internal/freeze.ts'
import { readOrganizations } from './kinde.ts'
import { ProviderError } from './provider-error.ts'
import type { Provider } from './provider.ts'
import { readSessionTokens } from './session-tokens.ts'
import { readUser, type SessionRecord } from './session.ts'
import { readTokenResponse } from './token-request.ts'

/**
 * Renews a session's tokens with its refresh token (RFC 6749 section 6) and returns the next record.
 * Without a new refresh token the old one stays; without an ID token the user stays as they were;
 * without a scope the granted ones stay. Without a refresh token to send it is in a cookie that goes along.
 *
 * Throws `session_expired` with `invalid_grant` when the refresh token is dead, `id_token_invalid` when
 * the new tokens are another user's or the new ID token is not of this sign-in, and otherwise as a code
 * exchange does. It is sent once.
 */
export async function redeemRefreshToken(
  record: SessionRecord,
  refreshToken: string | undefined,
  config: ClientConfig,
  provider: Provider,
): Promise<SessionRecord> {
  const metadata = await provider.metadata()
  // The token is spent by being sent, so what the answer is checked with must be there before.
  await provider.keys.ready()
  const response = await genericTokenEndpointRequest(
    metadata,
    { client_id: config.clientId },
    config.authenticate(metadata),
    'refresh_token',
    refreshToken === undefined ? {} : { refresh_token: refreshToken },
    provider.requestOptions,
  )
  const answer = await readTokenResponse(metadata, config, response, 'session_expired')
  const { idToken, accessToken } = answer
  const claims =
    idToken === undefined
      ? undefined
      : await verifyIdToken(idToken, expectation(record, accessToken, config), provider)
  const subject = record.user.id
  const granted = { ...answer, scope: answer.scope ?? record.rights.scopes.join(' ') }
  const { tokens, rights } = await readSessionTokens(granted, claims, subject, config, provider)
  const isSilent = claims === undefined && config.preset.rightsFrom === 'id_token'
  return deepFreeze({
    ...record,
    ...(claims && describeUser(claims)),
    rights: isSilent ? { ...record.rights, scopes: rights.scopes } : rights,
    touchedAt: inSeconds(config.clock),
    generation: record.generation + 1,
    tokens: {
      ...(refreshToken !== undefined && { refreshToken }),
      ...tokens,
      ...keepIdToken(idToken ?? record.tokens.idToken, config),
    },
  })
}

/** The provider's definite word on a refresh token, or tokens that are not this user's. */
export function isRefusal(error: TrefoilError): boolean {
  const isDead = error instanceof ProviderError && error.error === 'invalid_grant'
  return isDead || error.code === 'id_token_invalid'
}

function expectation(
  { nonce, user, authTime }: SessionRecord,
  accessToken: string,
  { clientId }: ClientConfig,
): IdTokenExpectation {
  const first = authTime !== undefined && { authTime }
  return { clientId, nonce, accessToken, subject: user.id, ...first }
}

function describeUser(claims: IdTokenClaims): Pick<SessionRecord, 'user' | 'organizations'> {
  return { user: readUser(claims), organizations: readOrganizations(claims) }
}

function keepIdToken(idToken: string | undefined, { preset }: ClientConfig): { idToken?: string } {
  return preset.keepsIdToken && idToken !== undefined ? { idToken } : {}
}
