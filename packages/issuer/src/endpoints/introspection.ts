import { inSeconds } from '../context.ts'
import { type Call, type Endpoint, json, readAccessToken, readBearer } from './endpoint.ts'

/** Kinde's introspection, which wants a bearer token and tells less than RFC 7662 (KINDE-PROTOCOL 1 and 8). */
export const introspectionEndpoints: readonly Endpoint[] = [
  { methods: ['POST'], path: /^\/oauth2\/introspect$/, isForPages: false, answer: introspect },
]

interface TokenFacts {
  readonly aud: readonly string[]
  readonly client_id: unknown
  readonly exp: number
  readonly iat: number | undefined
}

async function introspect(call: Call): Promise<Response> {
  if (!(await readBearer(call))) {
    const error = { error: 'invalid_token', error_description: 'A bearer token is needed.' }
    return json(error, 401, { 'www-authenticate': 'Bearer error="invalid_token"' })
  }
  const token = new URLSearchParams(await call.request.text()).get('token') ?? ''
  const facts = readRefreshToken(token, call) ?? (await readToken(token, call))
  const isActive = facts !== undefined && facts.exp > inSeconds(call.context.clock)
  return json(isActive ? { active: true, ...facts } : { active: false })
}

async function readToken(token: string, { context }: Call): Promise<TokenFacts | undefined> {
  const claims = await readAccessToken(token, context)
  if (!claims) return undefined
  return {
    aud: [claims.aud ?? []].flat(),
    client_id: claims['azp'],
    exp: claims.exp ?? 0,
    iat: claims.iat,
  }
}

function readRefreshToken(token: string, { context }: Call): TokenFacts | undefined {
  const found = context.signIns.refreshToken(token)
  if (!found || found.used) return undefined
  const { signIn, expiresAt, issuedAt } = found
  return {
    aud: signIn.audiences,
    client_id: signIn.clientId,
    exp: Math.floor(expiresAt / 1000),
    iat: Math.floor(issuedAt / 1000),
  }
}
