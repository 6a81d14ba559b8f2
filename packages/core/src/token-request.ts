import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  processGenericTokenEndpointResponse,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi'
import type { Metadata } from './discovery.ts'
import { type ErrorCode, ProviderError, TrefoilError } from './errors.ts'
import { asObject, asText } from './internal/encoding.ts'

/** The client's side of a token request. */
export interface ClientCredentials {
  readonly clientId: string
  readonly clientSecret: string
  readonly clientAuthentication: 'post' | 'basic'
}

/** A token answer in our words, its types checked (RFC 6749 section 5.1). */
export interface TokenResponse {
  readonly accessToken: string
  readonly refreshToken?: string
  /** Not verified yet: only `verifyIdToken` makes claims of it. */
  readonly idToken?: string
  /** Seconds; capped at a year. Absent when the answer does not say. */
  readonly expiresIn?: number
  /** Absent when not said or empty: an empty scope says nothing (KINDE-PROTOCOL section 3). */
  readonly scope?: string
}

const year = 365 * 86_400

/** How the client proves itself (RFC 6749 section 2.3.1). */
export function authenticateClient(client: ClientCredentials): ClientAuth {
  return client.clientAuthentication === 'basic'
    ? ClientSecretBasic(client.clientSecret)
    : ClientSecretPost(client.clientSecret)
}

/**
 * Reads a token answer.
 *
 * Throws `client_rejected` when the client itself was refused, a {@link ProviderError} with `refused`
 * as its code for another OAuth error, and `provider_response_invalid` for what is no token answer.
 * The ID token is taken out before `oauth4webapi` sees the rest: it is verified by us, signature
 * included, and a badly written lifetime is a hint that must not fail a login.
 */
export async function readTokenResponse(
  metadata: Metadata,
  client: ClientCredentials,
  response: Response,
  refused: ErrorCode,
): Promise<TokenResponse> {
  const { id_token, expires_in, rest } = await takeApart(response)
  const answer = await processGenericTokenEndpointResponse(
    metadata,
    { client_id: client.clientId },
    rest,
  ).catch((cause: unknown) => {
    throw toTokenError(cause, refused)
  })
  if (answer.token_type !== 'bearer') throw invalid('the token is not a bearer token')
  if (!/^[\x21-\x7e]+$/.test(answer.access_token)) throw invalid('the access token has blanks')
  const idToken = asText(id_token)
  const expiresIn = readLifetime(expires_in)
  const scope = asText(answer.scope)
  return {
    accessToken: answer.access_token,
    ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
    ...(idToken !== undefined && { idToken }),
    ...(expiresIn !== undefined && { expiresIn }),
    ...(scope !== undefined && { scope }),
  }
}

async function takeApart(
  response: Response,
): Promise<{ id_token?: unknown; expires_in?: unknown; rest: Response }> {
  if (response.status !== 200) return { rest: response }
  const body = asObject(
    await response
      .clone()
      .json()
      .catch(() => undefined),
  )
  if (!body) return { rest: response }
  const { id_token, expires_in, ...members } = body
  // Null says the same as nothing, in the answers of lenient servers.
  const present = Object.entries(members).filter(([, value]) => value !== null)
  const { headers, status } = response
  const rest = new Response(JSON.stringify(Object.fromEntries(present)), { status, headers })
  return { id_token, expires_in, rest }
}

function readLifetime(value: unknown): number | undefined {
  const isPlain = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))
  const seconds = isPlain ? Number(value) : Number.NaN
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(Math.floor(seconds), year) : undefined
}

function toTokenError(cause: unknown, refused: ErrorCode): TrefoilError {
  if (cause instanceof WWWAuthenticateChallengeError) {
    return new ProviderError('client_rejected', 'invalid_client', { cause })
  }
  if (!(cause instanceof ResponseBodyError)) {
    return new TrefoilError('provider_response_invalid', { cause })
  }
  const isClient = cause.error === 'invalid_client' || cause.error === 'unauthorized_client'
  return new ProviderError(isClient ? 'client_rejected' : refused, cause.error, { cause })
}

function invalid(reason: string): TrefoilError {
  return new TrefoilError('provider_response_invalid', { cause: new Error(reason) })
}
