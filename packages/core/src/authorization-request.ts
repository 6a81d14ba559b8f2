import { digest } from '#seal'
import {
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  processPushedAuthorizationResponse,
  pushedAuthorizationRequest,
} from 'oauth4webapi'
import type { ClientConfig } from './client-config.ts'
import type { Metadata } from './discovery.ts'
import { ConfigurationError, TrefoilError } from './errors.ts'
import type { LoginIntent, LoginTransaction } from './login-transaction.ts'
import type { Provider } from './provider.ts'
import { toOAuthError } from './token-request.ts'

/** What a login route asks for. */
export interface LoginRequest {
  readonly intent: LoginIntent
  readonly origin: string
  readonly returnTo: string
  /** The allowed parameters of the route's query. */
  readonly parameters: Readonly<Record<string, string>>
}

/** Starts a transaction with fresh random values (RFC 7636, RFC 6749 section 10.12, OpenID Core). */
export function startTransaction(request: LoginRequest, config: ClientConfig): LoginTransaction {
  const { intent, returnTo, origin } = request
  const { org_code: code, acr_values: acrValues, max_age: age } = chooseParameters(request, config)
  const organization = intent === 'create-organization' ? undefined : code
  const maxAge = readMaxAge(age)
  return {
    state: generateRandomState(),
    nonce: generateRandomNonce(),
    codeVerifier: generateRandomCodeVerifier(),
    redirectUri: `${origin}${config.callbackPath}`,
    returnTo,
    intent,
    // To the millisecond: whether a sign-in began before or after an ending can be a matter of those.
    createdAt: config.clock() / 1000,
    ...(organization !== undefined && { organization }),
    ...(maxAge !== undefined && { maxAge }),
    ...(acrValues !== undefined && { acrValues }),
  }
}

/**
 * The URL that begins a login at the authorization server: the code flow with PKCE S256, state and
 * nonce, always. Where the server demands it the parameters are pushed first (RFC 9126), and without
 * that there is no URL.
 *
 * Throws `provider_unavailable`, `provider_response_invalid`, and for a refused push `client_rejected`
 * or a {@link ProviderError} with `authorization_failed`.
 */
export async function buildAuthorizationUrl(
  transaction: LoginTransaction,
  request: LoginRequest,
  config: ClientConfig,
  provider: Provider,
): Promise<URL> {
  await provider.assertUp()
  const metadata = await provider.metadata()
  const parameters = await buildParameters(transaction, request, config)
  const url = new URL(metadata.authorization_endpoint)
  const sent = metadata.require_pushed_authorization_requests
    ? await push(parameters, metadata, config, provider)
    : parameters
  for (const [name, value] of sent) url.searchParams.append(name, value)
  return url
}

/**
 * Takes the allowed parameters out of a route's query. Values that are overlong or hold control
 * characters are left out, a `prompt` must be one that specifications name and a `max_age` a number.
 */
export function readParameters(
  query: URLSearchParams,
  allowed: readonly string[],
): Record<string, string> {
  const entries = allowed.flatMap((name) => {
    const value = query.get(name)
    return value !== null && isPlain(value) && isMeaningful(name, value) ? [[name, value]] : []
  })
  return Object.fromEntries(entries)
}

// What the operator has set holds for everybody: an address that somebody was sent cannot lower it.
function chooseParameters(
  { parameters }: LoginRequest,
  { authorizationParameters }: ClientConfig,
): Readonly<Record<string, string>> {
  return { ...parameters, ...authorizationParameters }
}

async function buildParameters(
  { state, nonce, codeVerifier, redirectUri }: LoginTransaction,
  request: LoginRequest,
  config: ClientConfig,
): Promise<URLSearchParams> {
  const chosen = chooseParameters(request, config)
  const all = new URLSearchParams({
    ...chosen,
    ...(request.intent === 'register' && { prompt: 'create' }),
    ...(request.intent === 'create-organization' && { is_create_org: 'true' }),
    // Kinde takes an invitation as a pair (KINDE-PROTOCOL section 2).
    ...(chosen['invitation_code'] !== undefined && { is_invitation: 'true' }),
    client_id: config.clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: config.scopes.join(' '),
    state,
    nonce,
    // RFC 7636 section 4.2: the method S256.
    code_challenge: await digest(codeVerifier),
    code_challenge_method: 'S256',
  })
  for (const audience of config.audience) all.append('audience', audience)
  return all
}

async function push(
  parameters: URLSearchParams,
  metadata: Metadata,
  config: ClientConfig,
  provider: Provider,
): Promise<URLSearchParams> {
  const client = { client_id: config.clientId }
  if (metadata.pushed_authorization_request_endpoint === undefined) {
    throw new TrefoilError('provider_response_invalid', {
      cause: new Error('pushed authorization requests are required, but there is no endpoint'),
    })
  }
  const response = await pushedAuthorizationRequest(
    metadata,
    client,
    config.authenticate(metadata),
    parameters,
    provider.requestOptions,
  )
  const pushed = await processPushedAuthorizationResponse(metadata, client, response).catch(
    (cause: unknown) => {
      throw toOAuthError(cause, 'authorization_failed')
    },
  )
  return new URLSearchParams({ ...client, request_uri: pushed.request_uri })
}

function isPlain(value: string): boolean {
  return value !== '' && value.length <= 512 && !/\p{Cc}/u.test(value)
}

function isMeaningful(name: string, value: string): boolean {
  if (name === 'max_age') return isSeconds(value)
  return name !== 'prompt' || /^(login|create|none|consent|select_account)$/.test(value)
}

function isSeconds(value: string): boolean {
  return /^\d{1,9}$/.test(value)
}

function readMaxAge(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (isSeconds(value)) return Number(value)
  throw new ConfigurationError(['authorizationParameters: max_age must be a number of seconds.'])
}
