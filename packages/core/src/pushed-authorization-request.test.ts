import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Client, createClient, expectNothingOf, failureOf } from '../test/client.ts'
import { type Answer, json } from '../test/fake-provider.ts'
import {
  buildAuthorizationUrl,
  type LoginRequest,
  startTransaction,
} from './authorization-request.ts'
import type { LoginTransaction } from './login-transaction.ts'
import { createProvider } from './provider.ts'

const login: LoginRequest = {
  intent: 'login',
  origin: 'https://app.example',
  returnTo: '/',
  parameters: {},
}

describe('a pushed authorization request', () => {
  const endpoint = '/oauth2/par'
  const requestUri = 'urn:ietf:params:oauth:request_uri:1'
  let client: Client
  beforeEach(async () => {
    client = await createClient()
    client.fake.metadata['require_pushed_authorization_requests'] = true
    client.fake.metadata['pushed_authorization_request_endpoint'] =
      `https://tenant.kinde.test${endpoint}`
    client.fake.on(endpoint, () => json({ request_uri: requestUri, expires_in: 60 }, 201))
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const build = async (
    changes: Partial<LoginRequest> = {},
    { config, provider } = client,
  ): Promise<{ url: URL; query: URLSearchParams; transaction: LoginTransaction }> => {
    const request: LoginRequest = { ...login, ...changes }
    const transaction = startTransaction(request, config)
    const url = await buildAuthorizationUrl(transaction, request, config, provider)
    return { url, query: url.searchParams, transaction }
  }

  it('AR-20 leaves nothing in the URL but the client and the reference', async () => {
    const { query, transaction } = await build({ parameters: { login_hint: 'a@example.com' } })
    expect(Object.fromEntries(query)).toEqual({ client_id: 'client-1', request_uri: requestUri })
    const [pushed] = client.fake.to(endpoint)
    expect(Object.fromEntries(pushed?.form ?? [])).toMatchObject({
      client_secret: 'client-secret',
      login_hint: 'a@example.com',
      state: transaction.state,
      nonce: transaction.nonce,
      code_challenge_method: 'S256',
      redirect_uri: 'https://app.example/auth/callback',
    })
  })

  it.each([undefined, '/par', 'http://tenant.kinde.test/par'])(
    'AR-20 fails without an endpoint that can be used: %j',
    async (value) => {
      client.fake.metadata['pushed_authorization_request_endpoint'] = value
      expect(await failureOf(build())).toMatchObject({
        code: 'provider_response_invalid',
        status: 502,
      })
    },
  )

  it.each<[string, Answer, string, number]>([
    ['500', () => json({}, 500), 'provider_unavailable', 503],
    ['429', () => json({}, 429), 'provider_unavailable', 503],
    ['nothing at all', async () => new Promise(() => undefined), 'provider_unavailable', 503],
    ['HTML', () => new Response('<p>', { status: 201 }), 'provider_response_invalid', 502],
    [
      'JSON that is cut',
      () => new Response('{"r', { status: 201 }),
      'provider_response_invalid',
      502,
    ],
    ['a redirect', () => Response.redirect('https://evil.test'), 'provider_response_invalid', 502],
    ['an unknown client', () => json({ error: 'invalid_client' }, 401), 'client_rejected', 500],
    ['a refusal', () => json({ error: 'invalid_request' }, 400), 'authorization_failed', 400],
  ])(
    'AR-21 answered with %s fails closed: no plain request',
    async (_name, answer, code, status) => {
      const quick = { ...client.config, timeout: 30 }
      client.fake.on(endpoint, answer)
      const error = await failureOf(build({}, { ...client, provider: createProvider(quick) }))
      expect([error.code, error.status]).toEqual([code, status])
      expect(client.fake.to(endpoint)).toHaveLength(1)
      expect(client.fake.requests.every(({ url }) => url.host === 'tenant.kinde.test')).toBe(true)
      expectNothingOf(error, ['client-secret'])
    },
  )

  it.each([
    ['without request_uri', { expires_in: 60 }, 201],
    ['with a request_uri that is no text', { request_uri: 1, expires_in: 60 }, 201],
    ['with an empty request_uri', { request_uri: '', expires_in: 60 }, 201],
    ['with status 200', { request_uri: requestUri, expires_in: 60 }, 200],
    ['without expires_in', { request_uri: requestUri }, 201],
    ['with a negative expires_in', { request_uri: requestUri, expires_in: -1 }, 201],
  ])('AR-22 answered %s is refused', async (_name, body, status) => {
    client.fake.on(endpoint, () => json(body, status))
    expect(await failureOf(build())).toMatchObject({ code: 'provider_response_invalid' })
  })

  it('AR-22 uses a foreign reference as a value and fetches it never', async () => {
    const foreign = 'https://evil.test/request?a=b&client_id=evil'
    client.fake.on(endpoint, () => json({ request_uri: foreign, expires_in: 60 }, 201))
    const { url, query } = await build()
    expect(Object.fromEntries(query)).toEqual({ client_id: 'client-1', request_uri: foreign })
    expect(url.host).toBe('tenant.kinde.test')
    expect(client.fake.requests.every((sent) => sent.url.host === 'tenant.kinde.test')).toBe(true)
  })
})
