import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { type JWTPayload, SignJWT } from 'jose'
import {
  createSigningKey,
  paths,
  type SigningKey,
  toPublicJwk,
} from '../../../packages/core/test/fake-provider.ts'
import { listen } from './listen.ts'
import { createGrants, type Grants, type SignIn } from './provider-grants.ts'

/**
 * What goes wrong with a request: a status, `reset` (the connection breaks before anything happened),
 * `lost` (everything happened, and then the connection breaks) or `flood` (the body does not end).
 */
export type Fault = number | 'reset' | 'lost' | 'flood'

/**
 * Looks at a request before it is answered, and may hold it up or spoil it; `isRefresh` tells a refresh
 * from a code exchange.
 */
export type Interception = (request: {
  readonly path: string
  readonly isRefresh: boolean
}) => Fault | undefined | Promise<Fault | undefined>

/**
 * A small, fast authorization server over HTTP with Kinde's shapes (KINDE-PROTOCOL sections 2 to 7) and
 * any number of users: who is sent there with `login_hint` is signed in as that user, without a page.
 */
export interface Provider {
  readonly issuer: string
  readonly clientId: string
  readonly grants: Grants
  /** Seconds that access tokens live; may be changed at any time. */
  accessTokenLifetime: number
  intercept: Interception | undefined
  /** How many requests came to a path. */
  hits(path: string): number
  /** Moves the provider's clock by milliseconds. */
  shift(milliseconds: number): void
  /** Signs with a new key from now on; the old one is served on. */
  rotateKey(): Promise<void>
  accessToken(user: string): Promise<string>
  logoutToken(claims: JWTPayload): Promise<string>
  /** Breaks every connection and refuses new ones. */
  stop(): Promise<void>
  /** Listens again, on the same port. */
  start(): Promise<void>
}

const audience = 'https://api.example'

/** Starts a {@link Provider} on a free port of the loopback. */
export async function startProvider(): Promise<Provider> {
  let offset = 0
  const clock = (): number => Date.now() + offset
  const keys: SigningKey[] = [await createSigningKey('key-1')]
  const hits = new Map<string, number>()
  const server = createServer((message, response) => {
    void serve(message, response).catch(() => response.destroy())
  })
  // An idle connection that closes just as a request comes would look like a fault.
  server.keepAliveTimeout = 120_000
  const port = await listen(server)
  const issuer = `http://127.0.0.1:${port}`
  const now = (): number => Math.floor(clock() / 1000)

  const provider: Provider = {
    issuer,
    clientId: 'soak',
    grants: createGrants(clock),
    accessTokenLifetime: 3600,
    intercept: undefined,
    hits: (path) => hits.get(path) ?? 0,
    shift: (milliseconds) => void (offset += milliseconds),
    async rotateKey() {
      keys.push(await createSigningKey(`key-${keys.length + 1}`))
    },
    accessToken: async (user) =>
      sign(accessClaims({ user, organization: 'org_1', id: '', nonce: '', at: 0, ended: false })),
    logoutToken: async (claims) =>
      sign(
        {
          iss: issuer,
          aud: provider.clientId,
          iat: now(),
          exp: now() + 120,
          jti: randomUUID(),
          events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
          ...claims,
        },
        'logout+jwt',
      ),
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
    start: async () => void (await listen(server, port)),
  }

  async function sign(claims: JWTPayload, typ = 'JWT'): Promise<string> {
    const key = keys.at(-1)
    if (!key) throw new Error('The provider has no key.')
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ })
      .sign(key.privateKey)
  }

  function accessClaims({ user, organization }: SignIn): JWTPayload {
    return {
      iss: issuer,
      aud: [audience],
      azp: provider.clientId,
      sub: user,
      iat: now(),
      exp: now() + provider.accessTokenLifetime,
      jti: randomUUID(),
      org_code: organization,
      permissions: ['read:reports'],
      scp: ['openid', 'profile', 'email', 'offline'],
    }
  }

  function idClaims({ user, id, nonce, at }: SignIn): JWTPayload {
    return {
      iss: issuer,
      aud: [provider.clientId],
      azp: provider.clientId,
      sub: user,
      sid: id,
      iat: now(),
      exp: now() + 3600,
      auth_time: at,
      nonce,
      name: `Name of ${user}`,
      email: `${user}@example.com`,
      org_codes: ['org_1', 'org_2'],
    }
  }

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(message.url ?? '/', issuer)
    const path = url.pathname
    const form = new URLSearchParams(await text(message))
    hits.set(path, (hits.get(path) ?? 0) + 1)
    const isRefresh = form.get('grant_type') === 'refresh_token'
    const fault = await provider.intercept?.({ path, isRefresh })
    // Who went away while the request was held up has not been served.
    if (fault === 'reset' || message.socket.destroyed) return void response.destroy()
    if (fault === 'flood') return flood(response)
    if (typeof fault === 'number') return sendJson(response, { error: 'trouble' }, fault)
    const send: Send = (...answer) =>
      fault === 'lost' ? response.destroy() : sendJson(response, ...answer)
    await answer({ url, form, message, response, send })
  }

  async function answer({ url, form, message, response, send }: Exchange): Promise<void> {
    if (url.pathname === paths.discovery) return send(metadata(issuer))
    if (url.pathname === paths.jwks) {
      return send({ keys: await Promise.all(keys.map((key) => toPublicJwk(key))) })
    }
    if (url.pathname === paths.authorization) return authorize(url, message, response)
    if (url.pathname === paths.token) return answerToken(form, send)
    if (url.pathname === paths.revocation) {
      provider.grants.end(form.get('token') ?? '')
      return send({})
    }
    if (url.pathname === paths.logout) {
      return redirect(response, url.searchParams.get('redirect') ?? '/')
    }
    return send({ error: 'not_found' }, 404)
  }

  function authorize(url: URL, message: IncomingMessage, response: ServerResponse): void {
    const query = url.searchParams
    const known = /(?:^|; )soak\.user=([^;]*)/.exec(message.headers.cookie ?? '')?.[1]
    const user = query.get('login_hint') ?? known ?? 'kp_nobody'
    const signIn: SignIn = {
      user,
      organization: query.get('org_code') ?? 'org_1',
      id: randomUUID(),
      nonce: query.get('nonce') ?? '',
      at: now(),
      ended: false,
    }
    const back = new URL(query.get('redirect_uri') ?? '')
    back.searchParams.set('code', provider.grants.code(signIn, query.get('code_challenge') ?? ''))
    back.searchParams.set('state', query.get('state') ?? '')
    response.setHeader('set-cookie', `soak.user=${user}; Path=/oauth2; HttpOnly`)
    redirect(response, back.href)
  }

  async function answerToken(form: URLSearchParams, send: Send): Promise<void> {
    const { grants } = provider
    const signIn =
      form.get('grant_type') === 'refresh_token'
        ? grants.refresh(form.get('refresh_token') ?? '')
        : grants.redeem(form.get('code') ?? '', form.get('code_verifier') ?? '')
    if (!signIn) return send({ error: 'invalid_grant' }, 400)
    const [access_token, id_token] = await Promise.all([
      sign(accessClaims(signIn)),
      sign(idClaims(signIn)),
    ])
    send({
      access_token,
      id_token,
      refresh_token: grants.refreshToken(signIn),
      expires_in: provider.accessTokenLifetime,
      token_type: 'bearer',
      scope: '',
    })
  }

  return provider
}

/** Holds refreshes; `came` is when the first of them is there, and `release` may spoil them. */
export function holdRefreshes(provider: Provider): {
  came: Promise<void>
  release(fault?: Fault): void
} {
  const came = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<Fault | undefined>()
  provider.intercept = async ({ isRefresh }) => {
    if (!isRefresh) return undefined
    came.resolve()
    return gate.promise
  }
  return {
    came: came.promise,
    release(fault) {
      provider.intercept = undefined
      gate.resolve(fault)
    },
  }
}

type Send = (value: unknown, status?: number) => void

interface Exchange {
  readonly url: URL
  readonly form: URLSearchParams
  readonly message: IncomingMessage
  readonly response: ServerResponse
  readonly send: Send
}

function metadata(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}${paths.authorization}`,
    token_endpoint: `${issuer}${paths.token}`,
    jwks_uri: `${issuer}${paths.jwks}`,
    userinfo_endpoint: `${issuer}${paths.userinfo}`,
    revocation_endpoint: `${issuer}${paths.revocation}`,
    end_session_endpoint: `${issuer}${paths.logout}`,
  }
}

async function flood(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' })
  // It ends when the other side has had enough.
  await pipeline(Readable.from(repeatForEver('a'.repeat(65_536))), response).catch(() => undefined)
}

function* repeatForEver(text: string): Generator<string> {
  for (;;) yield text
}

function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end()
}
