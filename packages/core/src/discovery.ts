import {
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
  type AuthorizationServer,
} from 'oauth4webapi'
import { TrefoilError } from './errors.ts'
import type { Clock } from './internal/clock.ts'
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
 * It throws `provider_unavailable` when there are none to be had and `provider_response_invalid` when
 * they are not the issuer's own or lack an endpoint.
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
  })
  const server = await processDiscoveryResponse(url, response).catch((cause: unknown) => {
    throw new TrefoilError('provider_response_invalid', { cause })
  })
  return checkMetadata(server, issuer)
}

function checkMetadata(server: AuthorizationServer, issuer: string): Metadata {
  // The parser compares as URLs and so forgives a slash; every later check compares as text.
  if (server.issuer !== issuer) {
    throw invalid(`the metadata name another issuer than the configured ${issuer}`)
  }
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

function invalid(reason: string): TrefoilError {
  return new TrefoilError('provider_response_invalid', { cause: new Error(reason) })
}
