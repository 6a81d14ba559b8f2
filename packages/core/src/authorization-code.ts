import {
  authorizationCodeGrantRequest,
  AuthorizationResponseError,
  validateAuthResponse,
} from 'oauth4webapi'
import type { BackendConfig } from './backend-config.ts'
import type { Metadata } from './discovery.ts'
import { ProviderError, TrefoilError } from './errors.ts'
import { verifyIdToken } from './id-token.ts'
import { inSeconds } from './internal/clock.ts'
import { asText, randomText } from './internal/encoding.ts'
import { readOrganizations } from './kinde.ts'
import type { LoginTransaction } from './login-transaction.ts'
import type { Provider } from './provider.ts'
import { readSessionTokens } from './session-tokens.ts'
import { readUser, type SessionRecord } from './session.ts'
import { authenticateClient, readTokenResponse, type TokenResponse } from './token-request.ts'

/**
 * Makes a session of an authorization response, in the order of the specifications: state, `iss`
 * (RFC 9207), `error`, then the code exchange, then the ID token, then what the access token grants.
 *
 * Throws `authorization_failed` with the OAuth error, `callback_invalid`, `code_exchange_failed`,
 * `client_rejected`, `id_token_invalid`, `organization_mismatch`, `provider_response_invalid` or
 * `provider_unavailable`. The code is sent once, whatever happens.
 */
export async function redeemCode(
  query: URLSearchParams,
  transaction: LoginTransaction,
  config: BackendConfig,
  provider: Provider,
): Promise<SessionRecord> {
  const metadata = await provider.metadata()
  const parameters = validateResponse(query, transaction, metadata, config)
  const answer = await exchange(parameters, transaction, metadata, config, provider)
  const { accessToken, idToken } = answer
  if (idToken === undefined) {
    throw new TrefoilError('id_token_invalid', { cause: new Error('the answer has no ID token') })
  }
  const { clientId } = config
  const { nonce } = transaction
  const claims = await verifyIdToken(idToken, { clientId, nonce, accessToken }, provider)
  const { tokens, rights } = await readSessionTokens(answer, claims, claims.sub, config, provider)
  assertOrganization(transaction, rights.organization?.code)
  const now = inSeconds(config.clock)
  const { auth_time: authTime } = claims
  const providerSessionId = asText(claims['sid'])
  return {
    id: randomText(),
    user: readUser(claims),
    rights,
    organizations: readOrganizations(claims),
    authenticatedAt: typeof authTime === 'number' ? authTime : now,
    startedAt: transaction.createdAt,
    ...(providerSessionId !== undefined && { providerSessionId }),
    nonce,
    createdAt: now,
    touchedAt: now,
    generation: 0,
    tokens: { ...tokens, ...(config.preset.keepsIdToken && { idToken }) },
  }
}

function validateResponse(
  query: URLSearchParams,
  transaction: LoginTransaction,
  metadata: Metadata,
  config: BackendConfig,
): URLSearchParams {
  try {
    return validateAuthResponse(metadata, { client_id: config.clientId }, query, transaction.state)
  } catch (cause) {
    if (cause instanceof AuthorizationResponseError) {
      throw new ProviderError('authorization_failed', cause.error, { cause })
    }
    throw new TrefoilError('callback_invalid', { cause })
  }
}

async function exchange(
  parameters: URLSearchParams,
  { redirectUri, codeVerifier }: LoginTransaction,
  metadata: Metadata,
  config: BackendConfig,
  provider: Provider,
): Promise<TokenResponse> {
  const response = await authorizationCodeGrantRequest(
    metadata,
    { client_id: config.clientId },
    authenticateClient(config),
    parameters,
    redirectUri,
    codeVerifier,
    provider.requestOptions,
  )
  return readTokenResponse(metadata, config, response, 'code_exchange_failed')
}

function assertOrganization({ organization }: LoginTransaction, code: string | undefined): void {
  if (organization !== undefined && organization !== code) {
    throw new TrefoilError('organization_mismatch')
  }
}
