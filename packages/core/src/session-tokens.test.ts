import { beforeEach, describe, expect, it, vi } from 'vitest'
import { type Client, createClient, expectNothingOf, failureOf } from '../test/client.ts'
import { createSigningKey, json, paths } from '../test/fake-provider.ts'
import { forge, readClaims } from '../test/forge.ts'
import { readSessionTokens, renewalTime, type SessionTokens } from './session-tokens.ts'
import type { TokenResponse } from './token-request.ts'

describe('what a token answer brings to a session', () => {
  let client: Client
  let now: number
  beforeEach(async () => {
    client = await createClient()
    now = client.time.now / 1000
  })

  const read = async (
    answer: Partial<TokenResponse> = {},
    { fake, config, provider } = client,
  ): Promise<SessionTokens> => {
    const full = { accessToken: await fake.accessToken(), ...answer }
    const idToken = { sub: 'kp_1', iat: now, roles: ['from-id-token'] }
    return readSessionTokens(full, idToken, 'kp_1', config, provider)
  }
  const readToken = async (claims: Record<string, unknown>): Promise<SessionTokens> =>
    read({ accessToken: await client.fake.accessToken(claims) })

  it('reads a Kinde user’s rights from the verified access token', async () => {
    expect((await read()).rights).toEqual({
      organization: { code: 'org_acme', name: null },
      permissions: ['read:reports'],
      roles: [],
      flags: { beta_dashboard: true },
      scopes: ['openid', 'profile', 'email', 'offline'],
    })
  })

  it('reads another provider’s rights from the ID token, and never looks into the access token', async () => {
    const other = await createClient({ preset: 'oidc' })
    const { rights } = await read({ accessToken: forge({ alg: 'none' }, {}, 'x') }, other)
    expect(rights).toMatchObject({ roles: ['from-id-token'], permissions: [] })
    expect(other.fake.requests).toEqual([])
  })

  it('TC-02 takes an opaque access token, which grants nothing but its scopes', async () => {
    const { tokens, rights } = await read({ accessToken: 'opaque', scope: 'openid email' })
    expect(tokens.accessToken).toBe('opaque')
    expect(rights).toEqual({
      organization: null,
      permissions: [],
      roles: [],
      flags: {},
      scopes: ['openid', 'email'],
    })
    expect(client.fake.requests).toEqual([])
  })

  it('TC-03 takes an access token of 24 KB', async () => {
    expect(
      (await readToken({ more: 'x'.repeat(17_000) })).tokens.accessToken.length,
    ).toBeGreaterThan(22_000)
  })

  it.each([
    ['ends before', undefined, 3600],
    ['ends first', 60, 60],
    ['ends last', 99_999, 3600],
  ])(
    'TC-06 the access token %s expires_in %j: it lives %i seconds',
    async (_name, expiresIn, life) => {
      const { tokens } = await read(expiresIn === undefined ? {} : { expiresIn })
      expect(tokens.accessTokenExpiresAt - now).toBe(life)
    },
  )

  it('TC-06 without any lifetime an opaque access token lives an hour', async () => {
    const { tokens } = await read({ accessToken: 'opaque' })
    expect(tokens.accessTokenExpiresAt - now).toBe(3600)
    expect(tokens.renewAt).toBeGreaterThan(now)
  })

  it('TC-07 an exp of 1e300 makes no token eternal', async () => {
    expect((await readToken({ exp: 1e300 })).tokens.accessTokenExpiresAt - now).toBe(3600)
  })

  it('TC-08 the scopes of the token count before those of the answer', async () => {
    const accessToken = await client.fake.accessToken({ scp: ['openid'] })
    expect((await read({ accessToken, scope: 'openid admin' })).rights.scopes).toEqual(['openid'])
  })

  it('TC-08 a token that lists no scopes grants none', async () => {
    const accessToken = await client.fake.accessToken({ scp: [] })
    expect((await read({ accessToken, scope: 'openid' })).rights.scopes).toEqual([])
  })

  it('TC-08 an empty scope beside a token without scopes grants none', async () => {
    const accessToken = await client.fake.accessToken({ scp: undefined })
    expect((await read({ accessToken, scope: '' })).rights.scopes).toEqual([])
    expect((await read({ accessToken, scope: 'a b' })).rights.scopes).toEqual(['a', 'b'])
  })

  it.each([
    ['another client', { azp: 'client-2' }],
    ['another issuer', { iss: 'https://other.kinde.test' }],
    ['the past', { exp: 1 }],
    ['a webhook', { type: 'user.created', event_id: 'e' }],
    ['a logout', { events: {} }],
  ])('an access token of %s is refused', async (_name, claims) => {
    const error = await failureOf(readToken(claims))
    expect([error.code, error.status]).toEqual(['provider_response_invalid', 502])
    expectNothingOf(error, ['eyJ'])
  })

  it.each([{ sub: 'kp_2' }, { sub: undefined }, { sub: ['kp_1'] }])(
    'RF-11 an access token of another user, %j, is an identity that cannot be verified',
    async (claims) => {
      expect(await failureOf(readToken(claims))).toMatchObject({ code: 'id_token_invalid' })
    },
  )

  it('an access token by a foreign key is refused', async () => {
    const claims = readClaims(await client.fake.accessToken())
    const accessToken = await client.fake.sign(claims, {}, await createSigningKey('key-1'))
    expect(await failureOf(read({ accessToken }))).toMatchObject({
      code: 'provider_response_invalid',
    })
  })

  it('an access token without azp is taken', async () => {
    expect(await readToken({ azp: undefined })).toMatchObject({ rights: { roles: [] } })
  })

  it('an outage of the key set is an outage', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    client.fake.on(paths.jwks, () => json({}, 503))
    expect(await failureOf(read())).toMatchObject({ code: 'provider_unavailable' })
    vi.restoreAllMocks()
  })
})

describe('the time of renewal', () => {
  it.each([
    [3600, 60, 10],
    [600, 60, 10],
    [60, 6, 1],
    [10, 1, 0.17],
    [1, 0.1, 0.02],
  ])('RF-16 of a life of %i s is %f s ahead, give or take %f', (life, ahead, spread) => {
    for (let round = 0; round < 200; round++) {
      const margin = life - renewalTime(0, life)
      expect(margin).toBeGreaterThanOrEqual(ahead - spread)
      expect(margin).toBeLessThanOrEqual(ahead + spread)
      expect(margin).toBeGreaterThan(0)
    }
  })

  it('MM-02 differs from token to token, so a fleet does not renew in one moment', () => {
    const times = Array.from({ length: 50 }, () => renewalTime(0, 3600))
    expect(new Set(times).size).toBeGreaterThan(40)
  })
})
