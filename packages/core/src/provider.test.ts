import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCertificate } from '../test/certificate.ts'
import { expectNothingOf, failureOf } from '../test/client.ts'
import { json, paths } from '../test/fake-provider.ts'
import { createConfig } from '../test/settings.ts'
import { createTrap, createWire, faults, type Wire } from '../test/wire.ts'
import { createAccountApi } from './account-api.ts'
import { redeemCode } from './authorization-code.ts'
import {
  buildAuthorizationUrl,
  type LoginRequest,
  startTransaction,
} from './authorization-request.ts'
import type { BackendConfig } from './backend-config.ts'
import { requestClientCredentials } from './client-credentials.ts'
import { verifyJwt } from './jwt.ts'
import { createProvider, type Provider } from './provider.ts'
import { redeemRefreshToken } from './refresh-token.ts'
import { revokeRefreshToken } from './revocation.ts'
import type { SessionRecord } from './session.ts'
import { fetchUserinfo } from './userinfo.ts'

const login: LoginRequest = {
  intent: 'login',
  origin: 'https://app.example',
  returnTo: '/',
  parameters: {},
}
const pushed = '/oauth2/par'
const portal = '/account_api/v1/portal_link'

/** What is asked of an authorization server, and at which path. */
type Call = (config: BackendConfig, provider: Provider, wire: Wire) => Promise<unknown>

const calls: readonly [name: string, path: string, call: Call][] = [
  ['discovery', paths.discovery, async (_config, provider) => provider.metadata()],
  [
    'the key set',
    paths.jwks,
    async (_config, provider, { fake }) => verifyJwt(await fake.accessToken(), provider),
  ],
  ['a code exchange', paths.token, signIn],
  [
    'a refresh',
    paths.token,
    async (config, provider) => redeemRefreshToken(record(config), 'refresh-7', config, provider),
  ],
  [
    'client credentials',
    paths.token,
    async (config, provider) =>
      requestClientCredentials({ audience: undefined, scopes: [] }, config, provider),
  ],
  [
    'userinfo',
    paths.userinfo,
    async (config, provider) => fetchUserinfo('access-7', 'kp_1', config, provider),
  ],
  [
    'a pushed request',
    pushed,
    async (config, provider) =>
      buildAuthorizationUrl(startTransaction(login, config), login, config, provider),
  ],
  [
    'a revocation',
    paths.revocation,
    async (config, provider) => {
      if (!(await revokeRefreshToken('refresh-7', config, provider))) throw left
      return true
    },
  ],
  [
    'the account API',
    portal,
    async (_config, provider) =>
      createAccountApi(provider, () => 'access-7').portalLink({ returnUrl: 'https://app.example' }),
  ],
]
// A revocation never fails; that it did not happen is all that can be seen.
const left = new Error('nothing was revoked')

describe('every request to the authorization server', () => {
  let wire: Wire
  let config: BackendConfig
  let provider: Provider
  beforeEach(async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    wire = await createWire(Date.now)
    const { fake } = wire
    fake.metadata['pushed_authorization_request_endpoint'] = `${fake.issuer}${pushed}`
    fake.on(pushed, () => json({ request_uri: 'urn:x', expires_in: 60 }, 201))
    fake.on(portal, () => json({ url: `${fake.issuer}/portal` }))
    config = { ...createConfig({ issuer: fake.issuer, siteUrl: 'http://localhost' }), timeout: 250 }
    provider = createProvider(config)
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await wire.close()
  })

  const need = (path: string): void => {
    wire.fake.metadata['require_pushed_authorization_requests'] = path === pushed
  }
  const fail = async (call: Call): Promise<string> => {
    const error = await call(config, provider, wire).then(
      () => 'nothing, it succeeded',
      (thrown: unknown) => thrown,
    )
    if (error === left) return left.message
    const failure = await failureOf(Promise.reject(error))
    expectNothingOf(failure, ['access-7', 'refresh-7', 'client-secret'])
    return failure.code
  }

  describe.each(calls)('for %s', (name, path, call) => {
    beforeEach(() => need(path))

    it('is answered over a real connection', async () => {
      expect(await call(config, provider, wire)).toBeTruthy()
      expect(wire.fake.to(path).length).toBeGreaterThan(0)
    })

    it.each(['hang', 'drip'] as const)(
      'TR-03 TR-05 MD-05 KS-07 UI-02 ends at the time limit when it meets %s',
      async (fault) => {
        wire.spoil(path, faults[fault])
        const start = performance.now()
        const code = await fail(call)
        expect(code).toBe(name === 'a revocation' ? left.message : 'provider_unavailable')
        expect(performance.now() - start).toBeLessThan(1500)
      },
    )

    it.each([302, 307])(
      'TR-14 MD-05 KS-07 UI-02 follows no redirect (%i), so nobody else sees a secret',
      async (status) => {
        const trap = await createTrap()
        wire.spoil(path, (response) => response.writeHead(status, { location: trap.url }).end())
        const cached = name === 'discovery' || name === 'the key set'
        const code = cached ? 'provider_unavailable' : 'provider_response_invalid'
        expect(await fail(call)).toBe(name === 'a revocation' ? left.message : code)
        expect(trap.visits).toEqual([])
        await trap.close()
      },
    )

    it('TR-08 MD-05 KS-07 UI-02 reads no more than a mebibyte of a flood', async () => {
      wire.spoil(path, faults.flood)
      expect(await fail(call)).not.toBe('')
      expect(process.memoryUsage().arrayBuffers).toBeLessThan(200_000_000)
    })
  })

  it.each(['truncate', 'reset', 'garble'] as const)(
    'TR-06 that meets %s is an outage, and nothing half-read is used',
    async (fault) => {
      wire.spoil(paths.token, faults[fault])
      expect(await fail(signIn)).toBe('provider_unavailable')
    },
  )

  it('TR-08 MD-05 KS-07 stops a gzip bomb of 64 MiB at its first mebibyte', async () => {
    for (const [path, call] of [
      [paths.discovery, calls[0]?.[2]],
      [paths.token, calls[4]?.[2]],
      [paths.jwks, calls[1]?.[2]],
    ] as const) {
      wire.spoil(path, faults.bomb)
      const before = process.memoryUsage().arrayBuffers
      provider = createProvider({ ...config, timeout: 2000 })
      expect(await fail(call ?? signIn)).toMatch(/^provider_/)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024)
    }
  })

  it('TR-09 refuses twenty stacked encodings, or reads them in no time', async () => {
    wire.spoil(paths.token, faults.stack)
    const start = performance.now()
    provider = createProvider({ ...config, timeout: 2000 })
    await signIn(config, provider, wire).catch(() => undefined)
    expect(performance.now() - start).toBeLessThan(1500)
  })

  it('TR-04 may take its time within the limit', async () => {
    wire.fake.on(paths.token, async () => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      return undefined
    })
    provider = createProvider({ ...config, timeout: 5000 })
    expect(await signIn(config, provider, wire)).toMatchObject({ user: { id: 'kp_1' } })
  })

  it('TR-19 says who asks, and takes along nothing of a user', async () => {
    for (const [, path, call] of calls) {
      need(path)
      wire.fake.nonce = ''
      await call(config, createProvider(config), wire)
    }
    expect(new Set(wire.fake.requests.map(({ url }) => url.pathname)).size).toBe(7)
    for (const { headers } of wire.fake.requests) {
      expect(headers.get('user-agent')).toBe('trefoil')
      for (const name of ['cookie', 'referer', 'origin']) expect(headers.get(name)).toBeNull()
    }
  })

  it('TR-16 trusts no server that vouches for itself', async () => {
    const visits: string[] = []
    const server = createServer(await createCertificate(), ({ url = '' }) => void visits.push(url))
    await new Promise<void>((resolve) => {
      server.listen(0, 'localhost', resolve)
    })
    const address = server.address()
    const port = address !== null && typeof address === 'object' ? address.port : 0
    const secure = { ...config, issuer: `https://localhost:${port}` }
    const error = await failureOf(createProvider(secure).metadata())
    expect(error.code).toBe('provider_unavailable')
    expect(inspect(error.cause)).toContain('SELF_SIGNED_CERT')
    expect(visits).toEqual([])
    server.close()
  })

  it('LD-03 fails at once while the server is down, also when nothing is cached', async () => {
    await wire.close()
    for (let round = 0; round < 3; round++) await fail(signIn)
    const start = performance.now()
    expect(await fail(signIn)).toBe('provider_unavailable')
    expect(performance.now() - start).toBeLessThan(100)
  })
})

// Each of them is given its `fetch` with the provider; `internal/http.ts` alone calls one.
const protocol = [
  'account-api',
  'authorization-code',
  'authorization-request',
  'client-credentials',
  'discovery',
  'id-token',
  'jwks',
  'jwt',
  'logout-token',
  'machine-tokens',
  'provider',
  'refresh-token',
  'revocation',
  'session-tokens',
  'token-request',
  'userinfo',
]

describe.each(protocol)('the source of %s', (name) => {
  const text = readFileSync(new URL(`./${name}.ts`, import.meta.url), 'utf8')

  it('TR-03 TR-08 TR-14 calls no fetch of its own', () => {
    expect(text).not.toMatch(/\bfetch\(/)
  })

  it('TR-16 has no way to switch off the checks of TLS', () => {
    expect(text).not.toMatch(/rejectUnauthorized|NODE_TLS|checkServerIdentity|dispatcher|agent/i)
  })
})

async function signIn(config: BackendConfig, provider: Provider, wire: Wire): Promise<unknown> {
  const transaction = startTransaction(login, config)
  wire.fake.nonce = transaction.nonce
  const query = new URLSearchParams({ code: 'code-7', state: transaction.state })
  return redeemCode(query, transaction, config, provider)
}

function record({ clock }: BackendConfig): SessionRecord {
  const now = Math.floor(clock() / 1000)
  return {
    id: 'session-1',
    user: {
      id: 'kp_1',
      name: null,
      givenName: null,
      familyName: null,
      email: null,
      emailVerified: null,
      picture: null,
    },
    rights: { organization: null, permissions: [], roles: [], flags: {}, scopes: [] },
    organizations: [],
    authenticatedAt: now,
    startedAt: now,
    createdAt: now,
    touchedAt: now,
    generation: 0,
    nonce: '',
    tokens: {
      accessToken: 'a',
      accessTokenExpiresAt: now,
      renewAt: now,
      refreshToken: 'refresh-7',
    },
  }
}
