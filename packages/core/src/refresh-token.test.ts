import { beforeEach, describe, expect, it } from 'vitest'
import { type Client, createClient, expectNothingOf, failureOf } from '../test/client.ts'
import { type Answer, createSigningKey, json, paths } from '../test/fake-provider.ts'
import { forge, readClaims } from '../test/forge.ts'
import { redeemCode } from './authorization-code.ts'
import { startTransaction } from './authorization-request.ts'
import { ProviderError } from './provider-error.ts'
import { createProvider } from './provider.ts'
import { isRefusal, redeemRefreshToken } from './refresh-token.ts'
import type { SessionRecord } from './session.ts'

describe.each(['kinde', 'oidc'] as const)('a refresh token with the preset %s', (preset) => {
  let client: Client
  let record: SessionRecord
  let signedInAt: number
  beforeEach(async () => {
    client = await createClient({ preset })
    const { fake, config, provider, time } = client
    const login = {
      intent: 'login',
      origin: 'https://app.example',
      returnTo: '/',
      parameters: {},
    } as const
    const transaction = startTransaction(login, config)
    fake.nonce = transaction.nonce
    fake.tokenAnswer = async () => ({
      access_token: await fake.accessToken(),
      id_token: await fake.idToken({ permissions: ['read:reports'], sid: 's-1' }),
      refresh_token: 'refresh-7',
      expires_in: 3600,
      scope: 'openid email offline',
      token_type: 'bearer',
    })
    const query = new URLSearchParams({ code: 'c', state: transaction.state })
    record = await redeemCode(query, transaction, config, provider)
    signedInAt = time.now / 1000
    time.now += 3_000_000
    fake.tokenAnswer = async () => ({
      access_token: await fake.accessToken(),
      expires_in: 3600,
      token_type: 'Bearer',
    })
    fake.requests.length = 0
  })

  const redeem = async (of = client): Promise<SessionRecord> =>
    redeemRefreshToken(record, 'refresh-7', of.config, of.provider)
  const answerWith = (changes: Record<string, unknown>): void => {
    const usual = client.fake.tokenAnswer
    client.fake.tokenAnswer = async (form) => ({ ...(await usual(form)), ...changes })
  }
  /** An ID token of a refresh, true to the first one. */
  const idToken = async (claims: Record<string, unknown> = {}): Promise<string> =>
    client.fake.idToken({ auth_time: signedInAt, ...claims })

  it('is sent once, with the client’s proof', async () => {
    await redeem()
    const [request, ...others] = client.fake.to(paths.token)
    expect(others).toEqual([])
    const { client_secret: secret, ...form } = Object.fromEntries(request?.form ?? [])
    expect(form).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'refresh-7' })
    const basic = `Basic ${btoa('client%2D1:client%2Dsecret')}`
    const authorization = request?.headers.get('authorization')
    expect([secret, authorization]).toEqual(
      preset === 'kinde' ? ['client-secret', null] : [undefined, basic],
    )
  })

  it('gives the next record of the same session', async () => {
    const next = await redeem()
    const now = client.time.now / 1000
    const { id, createdAt, startedAt, authenticatedAt, nonce } = record
    expect(next).toMatchObject({ id, createdAt, startedAt, authenticatedAt, nonce })
    expect(next).toMatchObject({ touchedAt: now, generation: 1 })
    expect(next.tokens.accessTokenExpiresAt).toBe(now + 3600)
    expect(next.tokens.accessToken).not.toBe(record.tokens.accessToken)
  })

  it('RF-12 without an ID token in the answer the user stays', async () => {
    const { user, organizations, rights } = await redeem()
    expect({ user, organizations }).toEqual({
      user: record.user,
      organizations: record.organizations,
    })
    expect(rights.permissions).toEqual(['read:reports'])
  })

  it.each([undefined, null])(
    'RF-12 with %j as the new refresh token the old one stays',
    async (value) => {
      answerWith({ refresh_token: value })
      expect((await redeem()).tokens.refreshToken).toBe('refresh-7')
    },
  )

  it('RF-12 RF-13 with the same refresh token, and with a new one, it works', async () => {
    answerWith({ refresh_token: 'refresh-7' })
    expect((await redeem()).tokens.refreshToken).toBe('refresh-7')
    answerWith({ refresh_token: 'refresh-8' })
    expect((await redeem()).tokens.refreshToken).toBe('refresh-8')
  })

  it('RF-12 keeps the ID token that a logout wants back, or takes the new one', async () => {
    const keeps = preset === 'oidc'
    expect((await redeem()).tokens.idToken).toBe(keeps ? record.tokens.idToken : undefined)
    const newer = await idToken()
    answerWith({ id_token: newer })
    expect((await redeem()).tokens.idToken).toBe(keeps ? newer : undefined)
  })

  it('RF-15 a new ID token’s name and organizations count at once', async () => {
    answerWith({ id_token: await idToken({ name: 'Olivia New', org_codes: ['org_2'] }) })
    expect(await redeem()).toMatchObject({
      user: { name: 'Olivia New' },
      organizations: [{ code: 'org_2' }],
    })
  })

  it('RF-15 new permissions, scopes and organization count at once', async () => {
    const claims = { permissions: [], org_code: 'org_2', roles: [{ key: 'member' }] }
    answerWith({
      access_token: await client.fake.accessToken({ ...claims, scp: ['openid'] }),
      id_token: await idToken(claims),
      scope: 'openid',
    })
    expect((await redeem()).rights).toMatchObject({
      permissions: [],
      roles: ['member'],
      organization: { code: 'org_2' },
      scopes: ['openid'],
    })
  })

  it.each([undefined, null])(
    'RF-15 a scope of %j leaves the granted ones (RFC 6749 section 6)',
    async (scope) => {
      const scopes = record.rights.scopes
      expect(scopes.length).toBeGreaterThan(2)
      answerWith({ scope })
      expect((await redeem()).rights.scopes).toEqual(scopes)
      answerWith({ id_token: await idToken() })
      expect((await redeem()).rights.scopes).toEqual(scopes)
    },
  )

  it('a renewal is no new proof of who somebody is', async () => {
    answerWith({ id_token: await idToken({ auth_time: undefined }) })
    expect((await redeem()).authenticatedAt).toBe(signedInAt)
  })

  describe('RF-11 answered with an ID token', () => {
    it.each<[string, Record<string, unknown>]>([
      ['of another sub', { sub: 'kp_2' }],
      ['of another iss', { iss: 'https://other.kinde.test' }],
      ['of another aud', { aud: ['client-2'], azp: 'client-2' }],
      ['of another nonce', { nonce: 'nonce-2' }],
      ['of another auth_time', { auth_time: 1 }],
      ['that has expired', { exp: 1 }],
      ['of another access token', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ])('%s loses all of the answer', async (_name, claims) => {
      answerWith({ id_token: await idToken(claims), refresh_token: 'refresh-8' })
      expect(await failureOf(redeem())).toMatchObject({ code: 'id_token_invalid' })
    })

    it('by a foreign key, and by none, loses all of the answer', async () => {
      const claims = readClaims(await idToken())
      const foreign = await client.fake.sign(claims, {}, await createSigningKey('key-1'))
      for (const token of [foreign, forge({ alg: 'none' }, claims), 'x']) {
        answerWith({ id_token: token })
        expect(await failureOf(redeem())).toMatchObject({ code: 'id_token_invalid' })
      }
    })

    it('by a key that nobody can look for now is passing trouble, and no end', async () => {
      const key = await createSigningKey('key-of-tomorrow')
      answerWith({ id_token: await client.fake.sign(readClaims(await idToken()), {}, key) })
      for (const code of ['id_token_invalid', 'id_token_invalid', 'provider_unavailable']) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
        const error = await failureOf(redeem())
        expect([error.code, isRefusal(error)]).toEqual([code, code === 'id_token_invalid'])
      }
    })

    it('that is no text loses all of the answer', async () => {
      answerWith({ id_token: { sub: 'kp_1' } })
      expect(await failureOf(redeem())).toMatchObject({ code: 'provider_response_invalid' })
    })
  })

  it('RF-11 answered with another user’s access token loses all of it, where it can be read', async () => {
    answerWith({ access_token: await client.fake.accessToken({ sub: 'kp_2' }) })
    const outcome = redeem().then(
      () => 'opaque to this client',
      (error: { code: string }) => error.code,
    )
    expect(await outcome).toBe(preset === 'kinde' ? 'id_token_invalid' : 'opaque to this client')
  })

  it.each([{ iat: 120 }, { nbf: 120 }])(
    'LD-09 RF-11 whose ID token is from the future (%j) is not used, and ends no session',
    async (ahead) => {
      const now = client.time.now / 1000
      const claims = Object.fromEntries(Object.keys(ahead).map((name) => [name, now + 120]))
      answerWith({ id_token: await idToken(claims) })
      expect(await failureOf(redeem())).toMatchObject({ code: 'provider_response_invalid' })
    },
  )

  it('LD-09 whose tokens are two minutes old by our clock is used', async () => {
    const iat = client.time.now / 1000 - 120
    answerWith({
      id_token: await idToken({ iat, exp: iat + 3600 }),
      access_token: await client.fake.accessToken({ iat, exp: iat + 3600 }),
    })
    expect(await redeem()).toMatchObject({ generation: 1 })
  })

  it('RF-07 an outage of the key set says nothing about the new tokens', async () => {
    client.fake.on(paths.jwks, () => json({}, 503, { 'retry-after': '60' }))
    answerWith({ id_token: await idToken() })
    client.time.now += 25 * 3_600_000
    expect(await failureOf(redeem())).toMatchObject({ code: 'provider_unavailable' })
  })

  it.each<[string, Answer, string]>([
    ['RF-07 500', () => json({}, 500), 'provider_unavailable'],
    ['RF-07 429', () => json({}, 429), 'provider_unavailable'],
    ['RF-07 a broken connection', broken, 'provider_unavailable'],
    ['RF-08 no answer', async () => new Promise(() => undefined), 'provider_unavailable'],
    ['RF-08 HTML', () => new Response('<p>'), 'provider_response_invalid'],
    [
      'RF-08 JSON that is cut',
      () => new Response('{"access_token":"a'),
      'provider_response_invalid',
    ],
    [
      'RF-08 more than 1 MiB',
      () => new Response('x'.repeat(1_100_000)),
      'provider_response_invalid',
    ],
    [
      'TR-14 a redirect',
      () => Response.redirect('https://evil.test', 307),
      'provider_response_invalid',
    ],
    ['RF-10 invalid_client', () => json({ error: 'invalid_client' }, 401), 'client_rejected'],
    [
      'RF-11 a missing access token',
      () => json({ token_type: 'bearer' }),
      'provider_response_invalid',
    ],
  ])('TR-15 is sent once, whatever answers: %s', async (_name, answer, code) => {
    client.fake.on(paths.token, answer)
    const provider = createProvider({ ...client.config, timeout: 250 })
    const error = await failureOf(redeem({ ...client, provider }))
    expect(error.code).toBe(code)
    expect(client.fake.to(paths.token)).toHaveLength(1)
  })

  it('RF-23 that is dead says invalid_grant, and the error holds no token', async () => {
    const description = 'refresh-7 is not known'
    client.fake.on(paths.token, () =>
      json({ error: 'invalid_grant', error_description: description }, 400),
    )
    const error = await failureOf(redeem())
    expect(error).toBeInstanceOf(ProviderError)
    expect(error).toMatchObject({ code: 'session_expired', error: 'invalid_grant' })
    expectNothingOf(error, ['refresh-7', 'client-secret'])
  })

  it('RF-23 whose answer is wrong leaves no token in the error', async () => {
    answerWith({ refresh_token: 'refresh-8', token_type: 'mac' })
    expectNothingOf(await failureOf(redeem()), ['refresh-7', 'refresh-8', 'eyJ'])
  })
})

function broken(): never {
  throw new TypeError('fetch failed')
}
