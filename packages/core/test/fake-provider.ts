import {
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose'

/** A request that came to the {@link FakeProvider}. */
export interface ProviderRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  /** The form of a POST; empty otherwise. */
  readonly form: URLSearchParams
}

/** Answers a request, or `undefined` to let the usual answer be given. */
export type Answer = (
  request: ProviderRequest,
) => Response | undefined | Promise<Response | undefined>

/** Claims by name; `undefined` takes one out. */
export type Claims = Readonly<Record<string, unknown>>

/** A key pair under a key id. */
export interface SigningKey {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
}

/**
 * An authorization server without a socket: `fetch` is handed to the code under test. What it answers
 * is true to Kinde's shapes (KINDE-PROTOCOL sections 3 to 7) until a test changes it.
 */
export interface FakeProvider {
  readonly issuer: string
  readonly clientId: string
  readonly fetch: typeof fetch
  readonly requests: ProviderRequest[]
  readonly key: SigningKey
  /** Changes the metadata; `undefined` takes a member out. */
  readonly metadata: Record<string, unknown>
  /** The public key set as served. */
  readonly keys: Record<string, unknown>[]
  /** Members of the token answer; replaced by tests. By default an access token and an ID token. */
  tokenAnswer: (form: URLSearchParams) => Promise<Record<string, unknown>>
  /** The nonce that the next ID token carries. */
  nonce: string
  /** The `auth_time` of ID tokens; by default the moment of each. A sign-in at its own page sets it. */
  authTime: number | undefined
  /** Answers a path instead of the provider; returns the undo. */
  on(path: string, answer: Answer): () => void
  /** The requests to a path. */
  to(path: string): ProviderRequest[]
  idToken(claims?: Claims, header?: Partial<JWTHeaderParameters>): Promise<string>
  accessToken(claims?: Claims, header?: Partial<JWTHeaderParameters>): Promise<string>
  /** Signs any claims. */
  sign(claims: JWTPayload, header?: Partial<JWTHeaderParameters>, key?: SigningKey): Promise<string>
}

/** Paths of the provider. */
export const paths = {
  discovery: '/.well-known/openid-configuration',
  jwks: '/.well-known/jwks',
  authorization: '/oauth2/auth',
  token: '/oauth2/token',
  userinfo: '/oauth2/v2/user_profile',
  revocation: '/oauth2/revoke',
  logout: '/logout',
} as const

/** Makes a key pair for RS256, or another algorithm. */
export async function createSigningKey(kid: string, algorithm = 'RS256'): Promise<SigningKey> {
  return { kid, ...(await generateKeyPair(algorithm, { extractable: true })) }
}

/** The public part of a key as a JWK of a key set, for RS256 or another algorithm. */
export async function toPublicJwk(
  key: SigningKey,
  algorithm = 'RS256',
): Promise<Record<string, unknown>> {
  return { ...(await exportJWK(key.publicKey)), kid: key.kid, use: 'sig', alg: algorithm }
}

let sharedKey: Promise<SigningKey> | undefined

/** Makes a {@link FakeProvider}; `clock` is in milliseconds. */
export async function createFakeProvider(
  options: { clock?: () => number; clientId?: string; issuer?: string } = {},
): Promise<FakeProvider> {
  const { clock = Date.now, clientId = 'client-1', issuer = 'https://tenant.kinde.test' } = options
  // Making an RSA key takes long; one does for all tests of a file.
  const key = await (sharedKey ??= createSigningKey('key-1'))
  const answers = new Map<string, Answer>()
  const now = (): number => Math.floor(clock() / 1000)

  const provider: FakeProvider = {
    issuer,
    clientId,
    key,
    nonce: '',
    authTime: undefined,
    requests: [],
    metadata: {
      issuer,
      authorization_endpoint: `${issuer}${paths.authorization}`,
      token_endpoint: `${issuer}${paths.token}`,
      jwks_uri: `${issuer}${paths.jwks}`,
      userinfo_endpoint: `${issuer}${paths.userinfo}`,
      revocation_endpoint: `${issuer}${paths.revocation}`,
      end_session_endpoint: `${issuer}${paths.logout}`,
    },
    keys: [await toPublicJwk(key)],
    tokenAnswer: async () => ({
      access_token: await provider.accessToken(),
      id_token: await provider.idToken(),
      refresh_token: `refresh-${provider.to(paths.token).length}`,
      expires_in: 3600,
      scope: '',
      token_type: 'bearer',
    }),
    to: (path) => provider.requests.filter(({ url }) => url.pathname === path),
    on(path, answer) {
      const before = answers.get(path)
      answers.set(path, answer)
      return () => void (before ? answers.set(path, before) : answers.delete(path))
    },
    async fetch(input, init) {
      const sent = new Request(input, init)
      const isForm = sent.headers.get('content-type')?.includes('form-urlencoded') ?? false
      const request: ProviderRequest = {
        method: sent.method,
        url: new URL(sent.url),
        headers: sent.headers,
        form: new URLSearchParams(isForm ? await sent.text() : ''),
      }
      provider.requests.push(request)
      const answer = async (): Promise<Response> =>
        (await answers.get(request.url.pathname)?.(request)) ?? answerAsUsual(request, provider)
      return untilAborted(answer(), init?.signal)
    },
    sign: async (claims, header = {}, signer = key) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: signer.kid, typ: 'JWT', ...header })
        .sign(signer.privateKey),
    idToken: async (claims = {}, header = {}) =>
      provider.sign(
        prune({
          iss: issuer,
          aud: [clientId],
          azp: clientId,
          sub: 'kp_1',
          iat: now(),
          exp: now() + 3600,
          auth_time: provider.authTime ?? now(),
          ...(provider.nonce !== '' && { nonce: provider.nonce }),
          name: 'Olivia Owner',
          email: 'owner@example.com',
          org_codes: ['org_acme'],
          ...claims,
        }),
        header,
      ),
    accessToken: async (claims = {}, header = {}) =>
      provider.sign(
        prune({
          iss: issuer,
          aud: ['https://api.example'],
          azp: clientId,
          sub: 'kp_1',
          iat: now(),
          exp: now() + 3600,
          jti: crypto.randomUUID(),
          org_code: 'org_acme',
          permissions: ['read:reports'],
          feature_flags: { beta_dashboard: { t: 'b', v: true } },
          scp: ['openid', 'profile', 'email', 'offline'],
          ...claims,
        }),
        header,
      ),
  }
  return provider
}

/** Answers with JSON. */
export function json(value: unknown, status = 200, headers: HeadersInit = {}): Response {
  return Response.json(value, { status, headers })
}

// As a real one does, it stops waiting for an answer that does not come.
async function untilAborted<Result>(
  task: Promise<Result>,
  signal: AbortSignal | null | undefined,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason))
    task.then(resolve, reject)
  })
}

// A claim set to `undefined` by a test is taken out.
function prune(claims: Claims): JWTPayload {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}

async function answerAsUsual(
  { url, form }: ProviderRequest,
  provider: FakeProvider,
): Promise<Response> {
  if (url.pathname === paths.discovery) return json(provider.metadata)
  if (url.pathname === paths.jwks) return json({ keys: provider.keys })
  if (url.pathname === paths.token) return json(await provider.tokenAnswer(form))
  if (url.pathname === paths.authorization) return authorize(url, provider)
  if (url.pathname === paths.userinfo) return json({ sub: 'kp_1', name: 'Olivia Owner' })
  if (url.pathname === paths.revocation) return new Response(null, { status: 200 })
  return new Response('not found', { status: 404 })
}

// It asks nobody: whoever comes is signed in.
function authorize({ searchParams }: URL, provider: FakeProvider): Response {
  provider.nonce = searchParams.get('nonce') ?? ''
  provider.authTime = Math.floor(Date.now() / 1000)
  const target = new URL(searchParams.get('redirect_uri') ?? '')
  const answer = { code: crypto.randomUUID(), state: searchParams.get('state') ?? '' }
  target.search = new URLSearchParams({ ...answer, iss: provider.issuer }).toString()
  return new Response(null, { status: 302, headers: { location: target.href } })
}
