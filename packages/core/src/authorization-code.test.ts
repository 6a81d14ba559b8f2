import { beforeEach, describe, expect, it } from 'vitest'
import { type Client, createClient, expectNothingOf, failureOf } from '../test/client.ts'
import { type Answer, createSigningKey, json, paths } from '../test/fake-provider.ts'
import { readClaims } from '../test/forge.ts'
import { redeemCode } from './authorization-code.ts'
import { startTransaction } from './authorization-request.ts'
import type { LoginTransaction } from './login-transaction.ts'
import { ProviderError } from './provider-error.ts'
import { createProvider } from './provider.ts'
import type { SessionRecord } from './session.ts'

describe('an authorization code', () => {
  let client: Client
  let transaction: LoginTransaction
  beforeEach(async () => {
    client = await createClient()
    transaction = start(client)
  })

  const start = (
    { config, fake }: Client,
    parameters: Readonly<Record<string, string>> = {},
  ): LoginTransaction => {
    const origin = 'https://app.example'
    const begun = startTransaction({ intent: 'login', origin, returnTo: '/', parameters }, config)
    fake.nonce = begun.nonce
    return begun
  }
  const redeem = async (
    query: Record<string, string> = {},
    of = client,
    begun = transaction,
  ): Promise<SessionRecord> => {
    const parameters = new URLSearchParams({ code: 'code-7', state: begun.state, ...query })
    return redeemCode(parameters, begun, of.config, of.provider)
  }
  const answerWith = (changes: Record<string, unknown>): void => {
    const usual = client.fake.tokenAnswer
    client.fake.tokenAnswer = async (form) => ({ ...(await usual(form)), ...changes })
  }
  const tokenRequests = (): number => client.fake.to(paths.token).length

  it('becomes a session', async () => {
    client.time.now += 4_000
    const now = client.time.now / 1000
    const record = await redeem()
    expect(record).toMatchObject({
      user: { id: 'kp_1', name: 'Olivia Owner', email: 'owner@example.com', emailVerified: null },
      rights: { permissions: ['read:reports'], organization: { code: 'org_acme' } },
      organizations: [{ code: 'org_acme', name: null }],
      authenticatedAt: now,
      authTime: now,
      startedAt: now - 4,
      createdAt: now,
      touchedAt: now,
      generation: 0,
      nonce: transaction.nonce,
      tokens: { refreshToken: 'refresh-1', accessTokenExpiresAt: now + 3600 },
    })
    expect(record.id).toMatch(/^[\w-]{43}$/)
  })

  it('is sent with the verifier, the redirect URI and the client’s proof', async () => {
    await redeem()
    const [request] = client.fake.to(paths.token)
    expect(request?.method).toBe('POST')
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: 'authorization_code',
      code: 'code-7',
      redirect_uri: 'https://app.example/auth/callback',
      code_verifier: transaction.codeVerifier,
      client_id: 'client-1',
      client_secret: 'client-secret',
    })
  })

  it('keeps the ID token only where a logout wants it back', async () => {
    expect((await redeem()).tokens).not.toHaveProperty('idToken')
    const other = await createClient({ preset: 'oidc' })
    expect((await redeem({}, other, start(other))).tokens.idToken).toMatch(/^eyJ/)
  })

  describe('is not sent at all', () => {
    it.each<[string, Record<string, string>]>([
      ['CB-01 with another state', { state: 'other' }],
      ['CB-01 with an empty state', { state: '' }],
      ['CB-08 with another iss', { iss: 'https://other.kinde.test' }],
      ['CB-08 with a slash after iss', { iss: 'https://tenant.kinde.test/' }],
      ['CB-13 with an empty code', { code: '' }],
      ['CB-25 with an ID token beside it', { id_token: 'x' }],
      ['CB-25 with an access token beside it', { access_token: 'x' }],
      ['CB-26 with a JARM response', { response: 'x.y.z' }],
    ])('%s', async (_name, query) => {
      const error = await failureOf(redeem(query))
      expect([error.code, error.status]).toEqual(['callback_invalid', 400])
      expect(tokenRequests()).toBe(0)
      expectNothingOf(error, ['code-7', transaction.state])
    })

    it('CB-07 without iss where the metadata promise it', async () => {
      client.fake.metadata['authorization_response_iss_parameter_supported'] = true
      expect(await failureOf(redeem())).toMatchObject({ code: 'callback_invalid' })
      expect(tokenRequests()).toBe(0)
      expect(await redeem({ iss: client.fake.issuer })).toMatchObject({ user: { id: 'kp_1' } })
    })

    it('CB-10 but is without iss where nothing promises it', async () => {
      expect(await redeem()).toMatchObject({ user: { id: 'kp_1' } })
    })

    it('CB-13 when there is none', async () => {
      const query = new URLSearchParams({ state: transaction.state })
      const { config, provider } = client
      const error = await failureOf(redeemCode(query, transaction, config, provider))
      expect(error.code).toBe('callback_invalid')
    })

    it('CB-02 when it came twice', async () => {
      const query = new URLSearchParams({ state: transaction.state, code: 'a' })
      query.append('code', 'b')
      const { config, provider } = client
      const error = await failureOf(redeemCode(query, transaction, config, provider))
      expect([error.code, tokenRequests()]).toEqual(['callback_invalid', 0])
    })

    it.each(['access_denied', 'login_required', 'server_error', 'something_new'])(
      'CB-15 CB-17 with the error %s beside it',
      async (name) => {
        const query = { error: name, error_description: '<script>private-1' }
        const error = await failureOf(redeem(query))
        expect(error).toBeInstanceOf(ProviderError)
        expect(error).toMatchObject({ code: 'authorization_failed', error: name })
        expectNothingOf(error, ['<script>', 'private-1'])
        expect(tokenRequests()).toBe(0)
      },
    )

    it('MD-03 while the metadata cannot be had, so that it can still be redeemed', async () => {
      client.fake.on(paths.discovery, () => json({}, 503, { 'retry-after': '60' }))
      expect(await failureOf(redeem())).toMatchObject({ code: 'provider_unavailable', status: 503 })
      expect(tokenRequests()).toBe(0)
    })
  })

  describe('is sent once', () => {
    it.each<[string, Answer, string, number]>([
      ['TR-01 500 as JSON', () => json({ secret: 'body-7' }, 500), 'provider_unavailable', 503],
      [
        'TR-01 500 as HTML',
        () => new Response('body-7', { status: 500 }),
        'provider_unavailable',
        503,
      ],
      ['TR-01 503', () => json({}, 503), 'provider_unavailable', 503],
      ['TR-01 429', () => json({}, 429), 'provider_unavailable', 503],
      ['TR-03 no answer', async () => new Promise(() => undefined), 'provider_unavailable', 503],
      ['TR-06 a connection that breaks', broken, 'provider_unavailable', 503],
      ['TR-06 a body that breaks', brokenBody, 'provider_unavailable', 503],
      [
        'TR-08 more than 1 MiB',
        () => new Response('x'.repeat(1_100_000)),
        'provider_response_invalid',
        502,
      ],
      ['TR-10 HTML', () => new Response('<p>body-7'), 'provider_response_invalid', 502],
      [
        'TR-14 302',
        () => Response.redirect('https://evil.test', 302),
        'provider_response_invalid',
        502,
      ],
      [
        'TR-14 307',
        () => Response.redirect('https://evil.test', 307),
        'provider_response_invalid',
        502,
      ],
      ['TR-14 308 to itself', sameAgain, 'provider_response_invalid', 502],
      [
        'TC-12 invalid_grant',
        () => json({ error: 'invalid_grant' }, 400),
        'code_exchange_failed',
        400,
      ],
      [
        'TC-12 invalid_client',
        () => json({ error: 'invalid_client' }, 401),
        'client_rejected',
        500,
      ],
    ])('TR-15 whatever answers: %s', async (_name, answer, code, status) => {
      const provider = createProvider({ ...client.config, timeout: 250 })
      client.fake.on(paths.token, answer)
      const error = await failureOf(redeem({}, { ...client, provider }))
      expect([error.code, error.status]).toEqual([code, status])
      expect(tokenRequests()).toBe(1)
      expect(client.fake.requests.every(({ url }) => url.host === 'tenant.kinde.test')).toBe(true)
      expectNothingOf(error, ['body-7', 'code-7', 'client-secret', transaction.codeVerifier])
    })

    it('TR-01 and passes on how long the server asks to wait', async () => {
      client.fake.on(paths.token, () => json({}, 429, { 'ratelimit-reset': '7' }))
      expect((await failureOf(redeem())).headers).toEqual({ 'retry-after': '7' })
    })
  })

  it('TR-19 TR-14 takes nothing of the browser along, and follows no redirect', async () => {
    const sent: RequestInit[] = []
    const listening: typeof fetch = async (input, init) => {
      sent.push(init ?? {})
      return client.fake.fetch(input, init)
    }
    const provider = createProvider({ ...client.config, fetch: listening })
    await redeem({}, { ...client, provider })
    expect(sent.length).toBeGreaterThan(2)
    for (const { redirect, headers, signal } of sent) {
      expect(redirect).toBe('manual')
      expect(signal).toBeInstanceOf(AbortSignal)
      const names = [...new Headers(headers).keys()]
      expect(names.filter((name) => /^(cookie|referer|origin)$/.test(name))).toEqual([])
    }
  })

  describe('makes no session', () => {
    it.each([undefined, null])('TC-09 of an answer whose ID token is %j', async (value) => {
      answerWith({ id_token: value })
      expect(await failureOf(redeem())).toMatchObject({ code: 'id_token_invalid', status: 502 })
    })

    it('ID-07 CB-12 of somebody else’s sign-in: the nonce does not fit', async () => {
      client.fake.nonce = 'nonce-of-another'
      expect(await failureOf(redeem())).toMatchObject({ code: 'id_token_invalid' })
    })

    it('ID-21 of an ID token by a foreign key: its signature is checked in the code flow too', async () => {
      const foreign = await createSigningKey('key-1')
      const claims = readClaims(await client.fake.idToken())
      answerWith({ id_token: await client.fake.sign(claims, {}, foreign) })
      expect(await failureOf(redeem())).toMatchObject({ code: 'id_token_invalid' })
    })

    it('of an ID token and an access token of two users', async () => {
      answerWith({ access_token: await client.fake.accessToken({ sub: 'kp_2' }) })
      expect(await failureOf(redeem())).toMatchObject({ code: 'id_token_invalid' })
    })

    it('while the key set is down, and says so instead of blaming the token', async () => {
      client.fake.on(paths.jwks, () => json({}, 503, { 'retry-after': '60' }))
      expect(await failureOf(redeem())).toMatchObject({ code: 'provider_unavailable', status: 503 })
    })

    it.each(['org_other', undefined, '', ['org_asked']])(
      'ID-36 when the token is for the organization %j instead of the one asked for',
      async (code) => {
        const begun = start(client, { org_code: 'org_asked' })
        answerWith({ access_token: await client.fake.accessToken({ org_code: code }) })
        expect(await failureOf(redeem({}, client, begun))).toMatchObject({
          code: 'organization_mismatch',
          status: 403,
        })
      },
    )

    it('ID-36 when the access token is opaque and tells no organization', async () => {
      const begun = start(client, { org_code: 'org_acme' })
      answerWith({ access_token: 'opaque' })
      expect(await failureOf(redeem({}, client, begun))).toMatchObject({
        code: 'organization_mismatch',
      })
    })

    it('ID-16 when auth_time is older than the max_age that was sent', async () => {
      const other = await createClient({ preset: 'oidc' })
      const begun = start(other, { max_age: '60' })
      other.fake.tokenAnswer = async () => ({
        access_token: 'a',
        token_type: 'bearer',
        id_token: await other.fake.idToken({ auth_time: other.time.now / 1000 - 91 }),
      })
      expect(await failureOf(redeem({}, other, begun))).toMatchObject({ code: 'id_token_invalid' })
    })

    it('ID-17 when acr is none of the acr_values that were sent', async () => {
      const other = await createClient({ preset: 'oidc' })
      const begun = start(other, { acr_values: 'mfa' })
      expect(await failureOf(redeem({}, other, begun))).toMatchObject({
        code: 'authorization_failed',
        error: 'unmet_authentication_requirements',
      })
    })
  })

  it('ID-36 makes one for the organization that was asked for', async () => {
    const begun = start(client, { org_code: 'org_acme' })
    expect(await redeem({}, client, begun)).toMatchObject({
      rights: { organization: { code: 'org_acme' } },
    })
  })

  it('TC-13 takes no member of the answer into the session', async () => {
    const hostile = { user: { id: 'x' }, session: {}, roles: ['owner'], isAuthenticated: true }
    const before = Object.keys(await redeem())
    answerWith({ ...hostile, permissions: ['admin'], generation: 9 })
    const record = await redeem()
    expect(Object.keys(record)).toEqual(before)
    expect(record).toMatchObject({ user: { id: 'kp_1' }, generation: 0, rights: { roles: [] } })
    expect(record.rights.permissions).toEqual(['read:reports'])
  })

  it.each([
    ['missing', undefined, ['openid', 'profile', 'email', 'offline_access']],
    ['narrower', 'openid', ['openid']],
    ['broader', 'openid admin', ['openid', 'admin']],
    ['empty', '', []],
  ])('TC-08 shows the granted scopes when scope is %s', async (_name, scope, expected) => {
    const other = await createClient({ preset: 'oidc' })
    const begun = start(other)
    const usual = other.fake.tokenAnswer
    other.fake.tokenAnswer = async (form) => ({ ...(await usual(form)), scope })
    expect((await redeem({}, other, begun)).rights.scopes).toEqual(expected)
  })

  it('ID-34 knows a user by iss and sub, and makes no verified email of a text', async () => {
    answerWith({
      id_token: await client.fake.idToken({ email: 'other@example.com', email_verified: 'false' }),
    })
    const { user } = await redeem()
    expect(user).toMatchObject({ id: 'kp_1', email: 'other@example.com', emailVerified: null })
  })
})

function broken(): never {
  throw new TypeError('fetch failed')
}

function brokenBody(): Response {
  const text = new TextEncoder().encode('{"access_token":"access-7",')
  let part = 0
  return new Response(
    new ReadableStream({
      pull(sink) {
        if (part++ === 0) sink.enqueue(text)
        else sink.error(new TypeError('terminated'))
      },
    }),
  )
}

function sameAgain(): Response {
  return new Response(null, { status: 308, headers: { location: paths.token } })
}
