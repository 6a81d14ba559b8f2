import type { JWTPayload } from 'jose'
import { inSeconds, type IssuerContext } from '../context.ts'
import type { User } from '../seed.ts'

/** One call of an endpoint. */
export interface Call {
  readonly request: Request
  readonly query: URLSearchParams
  /** What the groups of the route's path matched. */
  readonly parameters: readonly string[]
  readonly context: IssuerContext
}

/** An endpoint of Kinde's that the provider does not have. */
export interface Endpoint {
  readonly methods: readonly string[]
  readonly path: RegExp
  /** Whether pages of front-end applications may call it (CORS). */
  readonly isForPages: boolean
  answer(call: Call): Promise<Response> | Response
}

/** What a user's access token tells the issuer's own APIs. */
export interface Caller {
  readonly user: User
  readonly organization: string | undefined
  readonly scopes: readonly string[]
}

/** A JSON answer that nobody keeps. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', ...headers } })
}

/** An error as the account and management APIs tell it (KINDE-PROTOCOL section 4). */
export function apiError(status: number, code: string, message: string): Response {
  const headers = status === 401 ? { 'www-authenticate': 'Bearer error="invalid_token"' } : {}
  return json({ errors: [{ code, message }] }, status, headers)
}

/** The claims of the bearer token that a request came with, if this issuer signed it and it lasts. */
export async function readBearer({ request, context }: Call): Promise<JWTPayload | undefined> {
  const [scheme, token] = (request.headers.get('authorization') ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined) return undefined
  const claims = await readAccessToken(token, context)
  return claims && (claims.exp ?? 0) > inSeconds(context.clock) ? claims : undefined
}

/** The claims of an access token of this issuer's, whether it has expired or not. */
export async function readAccessToken(
  token: string,
  { keys, url }: IssuerContext,
): Promise<JWTPayload | undefined> {
  const claims = await keys.read(token)
  // An ID token has the same key, and no `scp`.
  return claims?.iss === url && Array.isArray(claims['scp']) ? claims : undefined
}

/** Who calls with a user's access token. */
export async function readCaller(call: Call): Promise<Caller | undefined> {
  const claims = await readBearer(call)
  const user = call.context.directory.user(claims?.sub)
  if (!claims || !user) return undefined
  const organization = claims['org_code'] ?? claims['x-hasura-org-code']
  return {
    user,
    organization: typeof organization === 'string' ? organization : undefined,
    scopes: readScopes(claims),
  }
}

/** The scopes of a token. */
export function readScopes({ scp }: JWTPayload): string[] {
  return Array.isArray(scp) ? scp.filter((scope) => typeof scope === 'string') : []
}
