import {
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  JSON_ATTRIBUTE_COMPARISON,
  OperationProcessingError,
  processDiscoveryResponse,
  type AuthorizationServer,
} from 'oauth4webapi'
import { TrefoilError } from './errors.ts'
import type { Clock } from './internal/clock.ts'
import { toEvidence } from './internal/evidence.ts'
import { type Http, withRetry } from './internal/http.ts'
import { createResource } from './internal/resource.ts'

/**
 * What an authorization server says of itself (RFC 8414, OpenID Connect Discovery), after its checks:
 * the issuer is the configured one and the three endpoints of a login are there.
 */
export interface Metadata extends AuthorizationServer {
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly jwks_uri: string
}

const required = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const
const optional = [
  'userinfo_endpoint',
  'end_session_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'pushed_authorization_request_endpoint',
] as const

/**
 * Returns a function that gives the issuer's metadata: fetched at the first call, shared by all who
 * ask at once, fresh for ten minutes, and used for up to a day while fetching again fails.
 *
 * It throws `provider_unavailable` when there are none to be had, whatever stands in their place, and
 * `provider_response_invalid` when they are not the issuer's own or lack an endpoint. Endpoints may be
 * on other origins than the issuer, as RFC 8414 allows.
 */
export function createDiscovery(options: {
  issuer: string
  http: Http
  clock: Clock
}): () => Promise<Metadata> {
  const { issuer, http, clock } = options
  const resource = createResource(() => withRetry(() => discover(issuer, http)), clock)
  return () => resource.get()
}

async function discover(issuer: string, http: Http): Promise<Metadata> {
  const url = new URL(issuer)
  const response = await discoveryRequest(url, {
    [customFetch]: http,
    [allowInsecureRequests]: url.protocol === 'http:',
  }).catch((cause: unknown) => {
    throw asOutage(cause)
  })
  const server = await processDiscoveryResponse(url, response).catch((cause: unknown) => {
    const isOther =
      cause instanceof OperationProcessingError && cause.code === JSON_ATTRIBUTE_COMPARISON
    throw isOther ? otherIssuer(issuer) : asOutage(cause)
  })
  return checkMetadata(server, issuer)
}

/**
 * Metadata and keys that cannot be read are an outage, whether the connection fails or a proxy's page
 * stands in their place: what is cached serves on, and nobody is told that their token is bad.
 */
export function asOutage(cause: unknown): TrefoilError {
  if (!(cause instanceof TrefoilError)) {
    return new TrefoilError('provider_unavailable', { cause: toEvidence(cause) })
  }
  return cause.code === 'provider_response_invalid'
    ? new TrefoilError('provider_unavailable', { cause: cause.cause })
    : cause
}

function checkMetadata(server: AuthorizationServer, issuer: string): Metadata {
  // The parser compares as URLs and so forgives a slash; every later check compares as text.
  if (server.issuer !== issuer) throw otherIssuer(issuer)
  const [authorization_endpoint, token_endpoint, jwks_uri] = required.map((name) => {
    const value = server[name]
    if (!isEndpoint(value, issuer)) throw invalid(`${name} is missing or not a usable URL`)
    return value
  })
  if (!authorization_endpoint || !token_endpoint || !jwks_uri)
    throw invalid('an endpoint is missing')
  return { ...withoutUnusable(server, issuer), authorization_endpoint, token_endpoint, jwks_uri }
}

// Without userinfo, revocation or logout a login still works, so what is unusable there is left out.
function withoutUnusable(server: AuthorizationServer, issuer: string): AuthorizationServer {
  const copy = { ...server }
  for (const name of optional) {
    if (!isEndpoint(copy[name], issuer)) delete copy[name]
  }
  return copy
}

function isEndpoint(value: unknown, issuer: string): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const url = new URL(value)
  if (url.username !== '' || url.password !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && issuer.startsWith('http:'))
}

function otherIssuer(issuer: string): TrefoilError {
  return invalid(
    `the metadata name another issuer than the configured ${issuer}; a custom domain is an issuer of its own`,
  )
}

function invalid(reason: string): TrefoilError {
  return new TrefoilError('provider_response_invalid', { cause: new Error(reason) })
}
