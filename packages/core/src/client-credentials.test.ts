import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Client, createClient, expectNothingOf, failureOf } from '../test/client.ts'
import { type Answer, json, paths } from '../test/fake-provider.ts'
import { requestClientCredentials, type TokenTarget } from './client-credentials.ts'
import { ProviderError } from './provider-error.ts'
import { createProvider } from './provider.ts'
import type { TokenResponse } from './token-request.ts'

describe('client credentials', () => {
  let client: Client
  beforeEach(async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    client = await createClient()
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const request = async (target: Partial<TokenTarget> = {}): Promise<TokenResponse> => {
    const full = { audience: undefined, scopes: [], ...target }
    const provider = createProvider({ ...client.config, timeout: 250 })
    return requestClientCredentials(full, client.config, provider)
  }
  const requests = (): number => client.fake.to(paths.token).length

  it.each([
    [{}, {}],
    [{ audience: 'https://api.example' }, { audience: 'https://api.example' }],
    [{ scopes: ['a', 'b'] }, { scope: 'a b' }],
  ])('for %j say %j beside who asks', async (target, expected) => {
    await request(target)
    expect(Object.fromEntries(client.fake.to(paths.token)[0]?.form ?? [])).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client-1',
      client_secret: 'client-secret',
      ...expected,
    })
  })

  it('TR-15 MM-03 are asked for up to three times while the server is in trouble', async () => {
    let failures = 2
    client.fake.on(paths.token, () => (failures-- > 0 ? json({}, 503) : undefined))
    expect(await request()).toMatchObject({ expiresIn: 3600 })
    expect(requests()).toBe(3)
  })

  it.each<[string, Answer]>([
    ['503', () => json({}, 503)],
    ['429', () => json({}, 429)],
    ['no answer', async () => new Promise(() => undefined)],
    ['a broken connection', broken],
  ])('MM-03 give up after three times %s', async (_name, answer) => {
    client.fake.on(paths.token, answer)
    expect(await failureOf(request())).toMatchObject({ code: 'provider_unavailable' })
    expect(requests()).toBe(3)
  })

  it.each(['retry-after', 'ratelimit-reset'])(
    'MM-03 are not asked for again when %s says that it takes longer than five seconds',
    async (name) => {
      client.fake.on(paths.token, () => json({}, 429, { [name]: '60' }))
      expect((await failureOf(request())).headers).toEqual({ 'retry-after': '60' })
      expect(requests()).toBe(1)
    },
  )

  it.each(['invalid_client', 'unauthorized_client', 'invalid_scope', 'access_denied'])(
    'MM-04 refused with %s fail at once, and say what to look at',
    async (name) => {
      const description = 'client-secret is wrong'
      client.fake.on(paths.token, () => json({ error: name, error_description: description }, 400))
      const error = await failureOf(request())
      expect(error).toBeInstanceOf(ProviderError)
      expect(error).toMatchObject({ code: 'client_rejected', status: 500, error: name })
      expect(error.message).toContain('KINDE_M2M_CLIENT_ID')
      expect(error.message).toContain(name)
      expectNothingOf(error, ['client-secret'])
      expect(requests()).toBe(1)
    },
  )

  it('MM-04 refused name the audience and the scopes, and a way out for who runs the job', async () => {
    client.fake.on(paths.token, () => json({ error: 'invalid_scope' }, 400))
    const named = await failureOf(request({ audience: 'https://api.example', scopes: ['a', 'b'] }))
    expect(named.message).toContain('the audience https://api.example and the scopes a b')
    expect(named.wayOut).toContain('Kinde')
    expect(named.wayOut).not.toContain('operator of this site')
    const bare = await failureOf(request())
    expect(bare.message).toContain('no audience and no scopes')
  })

  it.each<[string, Answer]>([
    ['HTML', () => new Response('<p>')],
    ['an empty object', () => json({})],
    ['a redirect', () => Response.redirect('https://evil.test', 307)],
  ])('answered with %s fail without another try', async (_name, answer) => {
    client.fake.on(paths.token, answer)
    expect(await failureOf(request())).toMatchObject({ code: 'provider_response_invalid' })
    expect(requests()).toBe(1)
  })

  it('read Kinde’s answer with an empty scope', async () => {
    client.fake.tokenAnswer = async () => ({
      access_token: 'the_jwt_code...',
      expires_in: 86_399,
      scope: '',
      token_type: 'bearer',
    })
    expect(await request()).toEqual({
      accessToken: 'the_jwt_code...',
      expiresIn: 86_399,
      scope: '',
    })
  })
})

function broken(): never {
  throw new TypeError('fetch failed')
}
