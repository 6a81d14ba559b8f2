import {
  authorizationCodeGrantRequest,
  AuthorizationResponseError,
  validateAuthResponse,
} from 'oauth4webapi'
import type { ClientConfig } from './client-config.ts'
import type { Metadata } from './discovery.ts'
import { TrefoilError } from './errors.ts'
import { verifyIdToken } from './id-token.ts'
import { inSeconds } from './internal/clock.ts'
import { asText, randomText } from './internal/encoding.ts'
import { toEvidence } from './internal/evidence.ts'
import { deepFreeze } from './internal/freeze.ts'
import { readOrganizations } from './kinde.ts'
import type { LoginTransaction } from './login-transaction.ts'
import { ProviderError } from './provider-error.ts'
import type { Provider } from './provider.ts'
import { readSessionTokens } from './session-tokens.ts'
import { readUser, type SessionRecord } from './session.ts'
import { readTokenResponse, type TokenResponse } from './token-request.ts'

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
  config: ClientConfig,
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
  const expected = { ...transaction, clientId, accessToken }
  const claims = await verifyIdToken(idToken, expected, provider)
  const granted = { ...answer, scope: answer.scope ?? config.scopes.join(' ') }
  const { tokens, rights } = await readSessionTokens(granted, claims, claims.sub, config, provider)
  assertOrganization(transaction, rights.organization?.code)
  const now = inSeconds(config.clock)
  const authTime = typeof claims['auth_time'] === 'number' ? claims['auth_time'] : undefined
  const providerSessionId = asText(claims['sid'])
  return deepFreeze({
    id: randomText(),
    user: readUser(claims),
    rights,
    organizations: readOrganizations(claims),
    authenticatedAt: authTime ?? now,
    startedAt: transaction.createdAt,
    ...(providerSessionId !== undefined && { providerSessionId }),
    nonce: transaction.nonce,
    ...(authTime !== undefined && { authTime }),
    createdAt: now,
    touchedAt: now,
    generation: 0,
    tokens: { ...tokens, ...(config.preset.keepsIdToken && { idToken }) },
  })
}

const denied = 'The sign-in was canceled or refused.'
const single = ['state', 'code', 'error', 'iss', 'session_state', 'response']

/**
 * Throws `callback_invalid` for repeated parameters (RFC 6749 section 3.1): which of two would count is
 * an attacker's choice. An issuer that is there and says nothing is a wrong one (RFC 9207 section 2.4).
 */
export function assertSingle(query: URLSearchParams): void {
  const isRepeated = single.some((name) => query.getAll(name).length > 1)
  if (isRepeated || query.get('iss') === '') throw new TrefoilError('callback_invalid')
}

function validateResponse(
  query: URLSearchParams,
  transaction: LoginTransaction,
  metadata: Metadata,
  config: ClientConfig,
): URLSearchParams {
  try {
    const client = { client_id: config.clientId }
    const parameters = validateAuthResponse(metadata, client, query, transaction.state)
    const [code, ...others] = parameters.getAll('code')
    if (!code || others.length > 0) throw new Error('code must be there once')
    // Nobody asked for a token in the front channel, where others can put one.
    if (parameters.has('access_token')) throw new Error('an access token was not asked for')
    return parameters
  } catch (error) {
    const cause = toEvidence(error)
    if (error instanceof AuthorizationResponseError) {
      // RFC 6749 section 4.1.2.1: what comes of the button that says no.
      const isDenied = error.error === 'access_denied' && { message: denied }
      throw new ProviderError('authorization_failed', error.error, { cause, ...isDenied })
    }
    throw new TrefoilError('callback_invalid', { cause })
  }
}

async function exchange(
  parameters: URLSearchParams,
  { redirectUri, codeVerifier }: LoginTransaction,
  metadata: Metadata,
  config: ClientConfig,
  provider: Provider,
): Promise<TokenResponse> {
  const response = await authorizationCodeGrantRequest(
    metadata,
    { client_id: config.clientId },
    config.authenticate(metadata),
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
