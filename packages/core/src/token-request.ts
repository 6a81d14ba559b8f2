import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  None,
  processRevocationResponse,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi'
import type { Metadata } from './discovery.ts'
import { type ErrorCode, ProviderError, TrefoilError } from './errors.ts'
import { asObject, asText, parseJson } from './internal/encoding.ts'
import { toEvidence } from './internal/evidence.ts'
import type { Preset } from './kinde.ts'

/** The client's side of a token request. */
export interface ClientCredentials {
  readonly clientId: string
  /** Absent for a front-end application, which has none. */
  readonly clientSecret: string | undefined
  /** Absent: as the server's metadata say. */
  readonly clientAuthentication: 'post' | 'basic' | undefined
  readonly preset: Preset
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
 * How the client proves itself (RFC 6749 section 2.3.1): as configured, else in the body where the
 * server takes that, else in the header. A server that does not say takes the header (RFC 8414 section
 * 2), except Kinde, whose own packages all use the body (KINDE-PROTOCOL section 1).
 */
export function authenticateClient(
  { clientSecret, clientAuthentication, preset }: ClientCredentials,
  { token_endpoint_auth_methods_supported: methods }: Metadata,
): ClientAuth {
  if (clientSecret === undefined) return None()
  const takesBody = Array.isArray(methods)
    ? methods.includes('client_secret_post') || !methods.includes('client_secret_basic')
    : preset.name === 'kinde'
  const method = clientAuthentication ?? (takesBody ? 'post' : 'basic')
  return method === 'basic' ? ClientSecretBasic(clientSecret) : ClientSecretPost(clientSecret)
}

/**
 * Reads a token answer (RFC 6749 section 5.1).
 *
 * Throws `client_rejected` when the client itself was refused, a {@link ProviderError} with `refused`
 * as its code for another OAuth error, and `provider_response_invalid` for what is no token answer.
 * `oauth4webapi` reads the errors; the tokens are read here, because its reader would look into the ID
 * token, which is verified by us, signature included, and would let a badly written lifetime, which is
 * a hint, fail a login.
 */
export async function readTokenResponse(
  response: Response,
  refused: ErrorCode,
): Promise<TokenResponse> {
  // RFC 7009 section 2.2.1: what goes wrong with a revocation is told as with a token request.
  await processRevocationResponse(response).catch((cause: unknown) => {
    throw toOAuthError(cause, refused)
  })
  const answer = asObject(parseJson(await response.text()))
  if (!answer) throw invalid('the answer is no JSON object')
  if (!isNothing(answer['error'])) throw invalid('the answer has an error and a token')
  const accessToken = asText(answer['access_token']) ?? ''
  if (asText(answer['token_type'])?.toLowerCase() !== 'bearer') {
    throw invalid('token_type is not bearer')
  }
  if (!/^[\x21-\x7e]+$/.test(accessToken)) throw invalid('access_token is none, or has blanks')
  const refreshToken = readText('refresh_token', answer)
  const idToken = readText('id_token', answer)
  const expiresIn = readLifetime(answer['expires_in'])
  const { scope } = answer
  if (!isNothing(scope) && typeof scope !== 'string') throw invalid('scope is not a text')
  return {
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(idToken !== undefined && { idToken }),
    ...(expiresIn !== undefined && { expiresIn }),
    ...(typeof scope === 'string' && { scope }),
  }
}

function readText(name: string, answer: Readonly<Record<string, unknown>>): string | undefined {
  const text = asText(answer[name])
  if (text === undefined && !isNothing(answer[name])) throw invalid(`${name} is not a text`)
  return text
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
