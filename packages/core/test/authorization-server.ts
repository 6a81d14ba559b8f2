import { base64url } from 'jose'
import {
  type Claims,
  type FakeProvider,
  json,
  paths,
  type ProviderRequest,
} from './fake-provider.ts'

/** What a refresh token is worth once it was used: nothing, one more try, or as much as before. */
export type Rotation = 'strict' | 'overlap' | 'none'

/** An authorization server that keeps the rules, on a {@link FakeProvider}. */
export interface AuthorizationServer {
  /** Claims of whom the next sign-in signs in. */
  user: Claims
  /** Claims of the access tokens that are given from now on. */
  rights: Claims
  rotation: Rotation
  /** Seconds that access tokens live. */
  lifetime: number
  /** Members that a refresh answers with in place of the usual ones. */
  refreshed: Claims
  /** Refresh tokens that were revoked. */
  readonly revoked: string[]
  /** Every token, code and verifier that it has given or seen. */
  readonly secrets: Set<string>
  /** Signs the user in at an authorization URL; gives the URL that the browser is sent to. */
  authorize(location: string | undefined): Promise<string>
  /** Refuses an authorization; gives the URL that the browser is sent to. */
  refuse(location: string | undefined, error: string, description?: string): string
  /** Makes every refresh token invalid, as an administrator does. */
  endGrants(): void
}

interface Grant {
  readonly user: Claims
  readonly nonce: string | null
  /** When the user proved who they are, in seconds since 1970. */
  readonly authTime: number
  isLive: boolean
}

interface Code {
  readonly grant: Grant
  readonly challenge: string | null
  readonly redirectUri: string | null
  isUsed: boolean
}

interface RefreshToken {
  readonly grant: Grant
  uses: number
}

/**
 * Makes a provider keep the rules of RFC 6749, RFC 7636 and OpenID Connect: codes are used once, by
 * the client, with the verifier; refresh tokens rotate, and using an old one ends the grant.
 */
export function createAuthorizationServer(
  provider: FakeProvider,
  /** Absent: a public client, which may send none. */
  clientSecret: string | undefined,
  clock: () => number,
): AuthorizationServer {
  const codes = new Map<string, Code>()
  const refreshTokens = new Map<string, RefreshToken>()
  const now = (): number => Math.floor(clock() / 1000)
  const random = (): string => {
    const text = base64url.encode(crypto.getRandomValues(new Uint8Array(24)))
    server.secrets.add(text)
    return text
  }

  const server: AuthorizationServer = {
    user: { sub: 'kp_1', name: 'Olivia Owner' },
    rights: {},
    rotation: 'strict',
    lifetime: 3600,
    refreshed: {},
    revoked: [],
    secrets: new Set(clientSecret === undefined ? [] : [clientSecret]),
    async authorize(location = '') {
      const { searchParams } = new URL(location)
      const grant = {
        user: server.user,
        nonce: searchParams.get('nonce'),
        authTime: now(),
        isLive: true,
      }
      const code = random()
      codes.set(code, {
        grant,
        challenge: searchParams.get('code_challenge'),
        redirectUri: searchParams.get('redirect_uri'),
        isUsed: false,
      })
      return answer(searchParams, { code })
    },
    refuse(location = '', error, description = 'refused') {
      const { searchParams } = new URL(location)
      return answer(searchParams, { error, error_description: description })
    },
    endGrants() {
      for (const { grant } of refreshTokens.values()) grant.isLive = false
    },
  }

  const issue = async (grant: Grant, refreshToken: string): Promise<Record<string, unknown>> => {
    const sub = grant.user['sub']
    const exp = now() + server.lifetime
    const accessToken = await provider.accessToken({ exp, sub, ...server.rights })
    const { nonce, authTime, user } = grant
    const idToken = await provider.idToken({
      nonce: nonce ?? undefined,
      auth_time: authTime,
      ...user,
    })
    for (const secret of [accessToken, idToken, refreshToken]) server.secrets.add(secret)
    return {
      access_token: accessToken,
      id_token: idToken,
      refresh_token: refreshToken,
      expires_in: server.lifetime,
      scope: 'openid profile email offline',
      token_type: 'Bearer',
    }
  }

  const redeemCode = async (form: URLSearchParams): Promise<Response> => {
    const code = codes.get(form.get('code') ?? '')
    server.secrets.add(form.get('code_verifier') ?? '')
    if (!code || code.isUsed) return invalidGrant()
    code.isUsed = true
    if (code.redirectUri !== form.get('redirect_uri')) return invalidGrant()
    if (code.challenge !== (await toChallenge(form.get('code_verifier') ?? '')))
      return invalidGrant()
    const refreshToken = random()
    refreshTokens.set(refreshToken, { grant: code.grant, uses: 0 })
    return json(await issue(code.grant, refreshToken))
  }

  const refresh = async (form: URLSearchParams): Promise<Response> => {
    const text = form.get('refresh_token') ?? ''
    const token = refreshTokens.get(text)
    if (!token?.grant.isLive) return invalidGrant()
    const allowed = { strict: 1, overlap: 2, none: Number.POSITIVE_INFINITY }[server.rotation]
    if (++token.uses > allowed) {
      token.grant.isLive = false
      return invalidGrant()
    }
    const next = server.rotation === 'none' ? text : random()
    if (next !== text) refreshTokens.set(next, { grant: token.grant, uses: 0 })
    const members = { ...(await issue(token.grant, next)), ...server.refreshed }
    return json(Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)))
  }

  provider.on(paths.token, async ({ form, headers }) => {
    if (!isClient(form, headers, provider.clientId, clientSecret)) {
      return json({ error: 'invalid_client' }, 401)
    }
    if (form.get('grant_type') === 'refresh_token') return refresh(form)
    if (form.get('grant_type') === 'authorization_code') return redeemCode(form)
    return undefined
  })
  provider.on(paths.revocation, async ({ form }) => {
    const text = form.get('token') ?? ''
    server.revoked.push(text)
    const token = refreshTokens.get(text)
    if (token) token.grant.isLive = false
    return new Response(null, { status: 200 })
  })
  provider.on(paths.authorization, async ({ url }: ProviderRequest) =>
    Response.redirect(await server.authorize(url.href), 302),
  )
  return server
}

// RFC 7636 section 4.2.
async function toChallenge(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return base64url.encode(new Uint8Array(digest))
}

function answer(request: URLSearchParams, members: Record<string, string>): string {
  const url = new URL(request.get('redirect_uri') ?? '')
  for (const [name, value] of Object.entries({ ...members, state: request.get('state') ?? '' })) {
    url.searchParams.set(name, value)
  }
  return url.href
}

function isClient(
  form: URLSearchParams,
  headers: Headers,
  clientId: string,
  clientSecret: string | undefined,
): boolean {
  const [, basic] = /^Basic (.+)$/.exec(headers.get('authorization') ?? '') ?? []
  if (basic !== undefined) {
    // RFC 6749 section 2.3.1: both halves are form-encoded.
    const pair = new URLSearchParams(atob(basic).replace(':', '='))
    return pair.get(clientId) === clientSecret
  }
  const secret = form.get('client_secret') ?? undefined
  return form.get('client_id') === clientId && secret === clientSecret
}

function invalidGrant(): Response {
  return json({ error: 'invalid_grant', error_description: '<b>no longer valid</b>' }, 400)
}
