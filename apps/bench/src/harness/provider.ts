import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from './listen.ts'
import { readCpu, serveTasks } from './worker-server.ts'

/** How the provider behaves; every member can be changed while it runs. */
export interface ProviderSettings {
  /** Bytes of a token answer's tokens: the access token is filled up to it. */
  readonly size: number
  /** Seconds that tokens last. */
  readonly lifetime: number
  /** How many keys are published; the last one signs. */
  readonly keys: number
  /** Seconds that the provider's clock is ahead. */
  readonly ahead: number
}

/** What a token answer holds. */
export interface TokenAnswer {
  readonly access_token: string
  readonly id_token: string
  readonly refresh_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly scope: string
}

interface Grant {
  readonly user: string
  readonly clientId: string
  readonly nonce: string | undefined
  readonly challenge: string | undefined
  /** When its user signed in, in seconds: a refresh tells the same (OpenID Connect Core 12.2). */
  readonly authenticatedAt: number
  isDead: boolean
}

interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly jwk: object
}

const audience = 'https://api.bench.example'
const scope = 'openid profile email offline'
let settings: ProviderSettings = { size: 3000, lifetime: 3600, keys: 1, ahead: 0 }
const keys: SigningKey[] = []
const counts = new Map<string, number>()
const codes = new Map<string, Grant>()
const refreshTokens = new Map<string, { grant: Grant; isSpent: boolean }>()
let users = 0

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    response.writeHead(500).end(String(error))
  })
})
const issuer = `http://127.0.0.1:${await listen(server)}`
const secureIssuer = issuer.replace('http:', 'https:')

serveTasks({
  issuer: () => issuer,
  configure: (changes: Partial<ProviderSettings>) => {
    settings = { ...settings, ...changes }
  },
  counts: () => Object.fromEntries(counts),
  reset: () => counts.clear(),
  tokens: ({ count, kind }: { count: number; kind: 'good' | 'forged' | 'unknown' }) =>
    Array.from({ length: count }, () => accessToken(newUser(), 'bench', kind)),
  cpu: readCpu,
})

function count(what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', issuer)
  const { pathname } = url
  const isKeySet = pathname.startsWith('/.well-known/jwks') || pathname.startsWith('/sso/jwks')
  if (isKeySet) return sendKeys(response)
  if (pathname.startsWith('/.well-known/')) {
    count('metadata')
    return sendJson(response, 200, metadata(nameFor(request)))
  }
  if (pathname === '/oauth2/auth') return authorize(url.searchParams, response)
  if (pathname === '/oauth2/token' || pathname === '/oauth/token') {
    return sendTokens(request, response)
  }
  if (pathname === '/oauth2/v2/user_profile') return sendUser(request, response)
  // For contenders that bring no login of their own: a token answer for the asking.
  if (pathname === '/bench/tokens') {
    return sendJson(response, 200, issue(newGrant(url.searchParams), issuer))
  }
  sendJson(response, 404, {})
}

// A contender that speaks https alone asks for this name, and its requests come without TLS.
function nameFor(request: IncomingMessage): string {
  return request.headers['x-bench-scheme'] === 'https' ? secureIssuer : issuer
}

function metadata(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/auth?${new URLSearchParams({ issuer }).toString()}`,
    token_endpoint: `${issuer}/oauth2/token`,
    userinfo_endpoint: `${issuer}/oauth2/v2/user_profile`,
    end_session_endpoint: `${issuer}/logout`,
    jwks_uri: `${issuer}/.well-known/jwks`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    subject_types_supported: ['public'],
    scopes_supported: scope.split(' '),
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  }
}

function sendKeys(response: ServerResponse): void {
  count('keys')
  signingKey()
  sendJson(response, 200, { keys: keys.slice(-settings.keys).map(({ jwk }) => jwk) })
}

// Everybody who comes is signed in at once, as somebody new.
function authorize(query: URLSearchParams, response: ServerResponse): void {
  count('authorize')
  const code = random()
  codes.set(code, newGrant(query))
  const target = new URL(query.get('redirect_uri') ?? '')
  target.searchParams.set('code', code)
  target.searchParams.set('iss', query.get('issuer') ?? issuer)
  const state = query.get('state')
  if (state !== null) target.searchParams.set('state', state)
  response.writeHead(302, { location: target.href }).end()
}

function newGrant(query: URLSearchParams): Grant {
  return {
    user: newUser(),
    clientId: query.get('client_id') ?? 'bench',
    nonce: query.get('nonce') ?? undefined,
    challenge: query.get('code_challenge') ?? undefined,
    authenticatedAt: time(),
    isDead: false,
  }
}

async function sendTokens(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = await readForm(request)
  const type = form.get('grant_type') ?? ''
  count(type)
  if (type === 'client_credentials') {
    const token = accessToken('machine', 'bench', 'good')
    const { lifetime } = settings
    return sendJson(response, 200, {
      access_token: token,
      token_type: 'Bearer',
      expires_in: lifetime,
      scope: '',
    })
  }
  const grant = type === 'refresh_token' ? rotate(form) : redeem(form)
  if (!grant) return sendJson(response, 400, { error: 'invalid_grant' })
  sendJson(response, 200, issue(grant, nameFor(request)))
}

function redeem(form: URLSearchParams): Grant | undefined {
  const code = form.get('code') ?? ''
  const grant = codes.get(code)
  codes.delete(code)
  if (grant?.challenge === undefined) return grant
  const verifier = form.get('code_verifier') ?? ''
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  return challenge === grant.challenge ? grant : undefined
}

// Strict rotation: who sends a spent token has stolen it, and everything that came of it is dead.
function rotate(form: URLSearchParams): Grant | undefined {
  const held = refreshTokens.get(form.get('refresh_token') ?? '')
  if (!held || held.grant.isDead) return undefined
  if (held.isSpent) {
    count('reuse')
    held.grant.isDead = true
    return undefined
  }
  held.isSpent = true
  return held.grant
}

function sendUser(request: IncomingMessage, response: ServerResponse): void {
  count('userinfo')
  const token = request.headers.authorization?.split(' ')[1] ?? ''
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  sendJson(response, 200, { sub: claims.sub, id: claims.sub, ...describe(claims.sub) })
}

function issue(grant: Grant, issuer: string): TokenAnswer {
  const { user, clientId, nonce } = grant
  const now = time()
  const refreshToken = random()
  refreshTokens.set(refreshToken, { grant, isSpent: false })
  const idToken = signJwt({
    iss: issuer,
    sub: user,
    aud: [clientId],
    azp: clientId,
    iat: now,
    auth_time: grant.authenticatedAt,
    exp: now + settings.lifetime,
    ...(nonce !== undefined && { nonce }),
    org_codes: ['org_bench'],
    ...describe(user),
  })
  return {
    access_token: accessToken(user, clientId, 'good', idToken.length + refreshToken.length),
    id_token: idToken,
    refresh_token: refreshToken,
    token_type: 'Bearer',
    expires_in: settings.lifetime,
    scope,
  }
}

function describe(user: string): object {
  return {
    name: `User ${user}`,
    given_name: 'User',
    family_name: user,
    email: `${user}@bench.example`,
    email_verified: true,
    picture: `https://pictures.bench.example/${user}.png`,
  }
}

// `beside`: bytes of the other tokens of the same answer.
function accessToken(
  user: string,
  clientId: string,
  kind: 'good' | 'forged' | 'unknown',
  beside = 0,
): string {
  const now = time()
  const claims = {
    iss: issuer,
    sub: user,
    aud: [audience],
    azp: clientId,
    iat: now,
    exp: now + settings.lifetime,
    jti: random(),
    scp: ['openid', 'profile', 'email', 'offline'],
    org_code: 'org_bench',
    permissions: ['read:reports', 'write:reports', 'read:members', 'invite:members'],
    feature_flags: { beta: { t: 'b', v: true }, theme: { t: 's', v: 'dark' } },
  }
  const bare = signJwt(claims, kind).length
  const missing = Math.floor(((settings.size - beside - bare) * 3) / 4) - '"fill":"",'.length
  if (beside === 0 || missing <= 0) return signJwt(claims, kind)
  return signJwt({ ...claims, fill: randomBytes(missing).toString('hex').slice(0, missing) }, kind)
}

function signJwt(claims: object, kind: 'good' | 'forged' | 'unknown' = 'good'): string {
  const { kid, privateKey } = signingKey()
  const header = { alg: 'RS256', typ: 'JWT', kid: kind === 'unknown' ? random() : kid }
  const parts = [header, claims].map((part) => Buffer.from(JSON.stringify(part)))
  const text = parts.map((part) => part.toString('base64url')).join('.')
  const signature =
    kind === 'good' ? sign('sha256', Buffer.from(text), privateKey) : randomBytes(256)
  return `${text}.${signature.toString('base64url')}`
}

function signingKey(): SigningKey {
  while (keys.length < settings.keys) keys.push(newKey())
  const last = keys.at(-1)
  if (!last) throw new Error('the provider has no key')
  return last
}

function newKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const kid = random()
  return {
    kid,
    privateKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' },
  }
}

function newUser(): string {
  return `kp_${++users}`
}

function time(): number {
  return Math.floor(Date.now() / 1000) + settings.ahead
}

function random(): string {
  return randomBytes(24).toString('base64url')
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return request.headers['content-type']?.includes('json')
    ? new URLSearchParams(JSON.parse(text))
    : new URLSearchParams(text)
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
