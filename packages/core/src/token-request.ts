import {
  type ClientAuth,
  processGenericTokenEndpointResponse,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi'
import type { Metadata } from './discovery.ts'
import { type ErrorCode, TrefoilError } from './errors.ts'
import { asObject, asText, parseJson } from './internal/encoding.ts'
import { toEvidence } from './internal/evidence.ts'
import { ProviderError } from './provider-error.ts'

/** The client's side of a token request. */
export interface ClientCredentials {
  readonly clientId: string
  /** Proves the client as the server's metadata ask for it; one without a secret only says its name. */
  readonly authenticate: (metadata: Metadata) => ClientAuth
}

/** A token answer in our words, its types checked (RFC 6749 section 5.1). */
export interface TokenResponse {
  readonly accessToken: string
  readonly refreshToken?: string
  /** Not verified yet: only `verifyIdToken` makes claims of it. */
  readonly idToken?: string
  /** Seconds; capped at a year. Absent when the answer does not say. */
  readonly expiresIn?: number
  /** Absent when not said, which is as it was asked for (RFC 6749 section 5.1); may be empty. */
  readonly scope?: string
}

const year = 365 * 86_400

/**
 * Reads a token answer.
 *
 * Throws `client_rejected` when the client itself was refused, a {@link ProviderError} with `refused`
 * as its code for another OAuth error, and `provider_response_invalid` for what is no token answer.
 * The ID token is taken out before `oauth4webapi` sees the rest: it is verified by us, signature
 * included, and a badly written lifetime is a hint that must not fail a login.
 * All else is the library's to check, also where that weighs a kilobyte in a browser.
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
    throw toOAuthError(cause, refused)
  })
  if (answer['error'] !== undefined) throw invalid('the answer has an error and a token')
  if (answer.token_type !== 'bearer') throw invalid('the token is not a bearer token')
  if (!/^[\x21-\x7e]+$/.test(answer.access_token)) throw invalid('the access token has blanks')
  const idToken = asText(id_token)
  if (idToken === undefined && !isNothing(id_token)) throw invalid('the ID token is not a text')
  const expiresIn = readLifetime(expires_in)
  return {
    accessToken: answer.access_token,
    ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
    ...(idToken !== undefined && { idToken }),
    ...(expiresIn !== undefined && { expiresIn }),
    ...(answer.scope !== undefined && { scope: answer.scope }),
  }
}

async function takeApart(
  response: Response,
): Promise<{ id_token?: unknown; expires_in?: unknown; rest: Response }> {
  if (response.status !== 200) return { rest: response }
  const { headers, status } = response
  const text = await response.text()
  const body = asObject(parseJson(text))
  if (!body) return { rest: new Response(text, { status, headers }) }
  const { id_token, expires_in, ...members } = body
  const present = Object.entries(members).filter(([, value]) => !isNothing(value))
  const rest = new Response(JSON.stringify(Object.fromEntries(present)), { status, headers })
  return { id_token, expires_in, rest }
}

// Null says the same as nothing, in the answers of lenient servers.
function isNothing(value: unknown): boolean {
  return value === undefined || value === null
}

function readLifetime(value: unknown): number | undefined {
  const isPlain = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))
  const seconds = isPlain ? Number(value) : Number.NaN
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(Math.ceil(seconds), year) : undefined
}

/**
 * What an answer to a request of this client means that `oauth4webapi` found wrong: `client_rejected`
 * when the client itself was refused, `refused` for another OAuth error (RFC 6749 section 5.2), else
 * `provider_response_invalid`. Only the error's code is kept: the description may repeat what was sent.
 */
export function toOAuthError(error: unknown, refused: ErrorCode): TrefoilError {
  const cause = toEvidence(error)
  if (error instanceof WWWAuthenticateChallengeError) {
    return new ProviderError('client_rejected', 'invalid_client', { cause })
  }
  if (!(error instanceof ResponseBodyError)) {
    return new TrefoilError('provider_response_invalid', { cause })
  }
  const isClient = error.error === 'invalid_client' || error.error === 'unauthorized_client'
  return new ProviderError(isClient ? 'client_rejected' : refused, error.error, { cause })
}

function invalid(reason: string): TrefoilError {
  return new TrefoilError('provider_response_invalid', { cause: new Error(reason) })
}
