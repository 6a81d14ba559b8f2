import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Client, createClient, expectNothingOf, failureOf } from '../test/client.ts'
import { type Answer, json, paths } from '../test/fake-provider.ts'
import { forge } from '../test/forge.ts'
import { createProvider } from './provider.ts'
import { fetchUserinfo } from './userinfo.ts'

describe('userinfo', () => {
  let client: Client
  beforeEach(async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    client = await createClient()
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const ask = async (subject = 'kp_1'): Promise<unknown> => {
    const provider = createProvider({ ...client.config, timeout: 250 })
    return fetchUserinfo('access-7', subject, client.config, provider)
  }

  it('describes the user, asked with the access token in the header alone', async () => {
    expect(await ask()).toEqual({ sub: 'kp_1', name: 'Olivia Owner' })
    const [request] = client.fake.to(paths.userinfo)
    expect(request?.headers.get('authorization')).toBe('Bearer access-7')
    expect(request?.url.search).toBe('')
  })

  it.each([
    ['somebody else', { sub: 'kp_2' }],
    ['nobody', {}],
    ['an empty sub', { sub: '' }],
    ['a number', { sub: 1 }],
    ['a list', { sub: ['kp_1'] }],
  ])('about %s is refused', async (_name, body) => {
    client.fake.on(paths.userinfo, () => json({ ...body, email: 'private@example.com' }))
    const error = await failureOf(ask())
    expect([error.code, error.status]).toEqual(['provider_response_invalid', 502])
    expectNothingOf(error, ['private@', 'access-7'])
  })

  it.each<[string, Answer, string]>([
    ['401', () => json({}, 401), 'provider_response_invalid'],
    ['401 with a challenge', challenge, 'provider_response_invalid'],
    ['403', () => json({}, 403), 'provider_response_invalid'],
    ['500', () => json({}, 500), 'provider_unavailable'],
    ['429', () => json({}, 429), 'provider_unavailable'],
    ['no answer', async () => new Promise(() => undefined), 'provider_unavailable'],
    ['HTML', () => new Response('<p>'), 'provider_response_invalid'],
    ['a list', () => json([{ sub: 'kp_1' }]), 'provider_response_invalid'],
    ['more than 1 MiB', () => json({ sub: 'x'.repeat(1_100_000) }), 'provider_response_invalid'],
    ['a redirect', () => Response.redirect('https://evil.test'), 'provider_response_invalid'],
  ])('UI-02 answered with %s is an error, never half a user', async (_name, answer, code) => {
    client.fake.on(paths.userinfo, answer)
    const error = await failureOf(ask())
    expect(error.code).toBe(code)
    expect(client.fake.requests.every(({ url }) => url.host === 'tenant.kinde.test')).toBe(true)
    expectNothingOf(error, ['access-7'])
  })

  it('UI-02 tries again while the server is in trouble, twice at most', async () => {
    let failures = 2
    client.fake.on(paths.userinfo, () => (failures-- > 0 ? json({}, 503) : undefined))
    expect(await ask()).toMatchObject({ sub: 'kp_1' })
    expect(client.fake.to(paths.userinfo)).toHaveLength(3)
    client.fake.on(paths.userinfo, () => json({}, 503))
    await failureOf(ask())
    expect(client.fake.to(paths.userinfo)).toHaveLength(6)
  })

  it.each(['application/jwt', 'application/jwt; charset=utf-8', 'Application/JWT'])(
    'UI-03 as a JWT (%s) is refused, signed or not, whatever the metadata offer',
    async (type) => {
      client.fake.metadata['userinfo_signing_alg_values_supported'] = ['none', 'RS256']
      const claims = { sub: 'kp_1', iss: client.fake.issuer, aud: 'client-1' }
      const tokens = [
        forge({ alg: 'none' }, claims),
        forge({ alg: 'RS256', kid: 'key-1' }, claims, 'AAAA'),
        await client.fake.sign(claims),
      ]
      for (const token of tokens) {
        const headers = { 'content-type': type }
        client.fake.on(paths.userinfo, () => new Response(token, { headers }))
        expect(await failureOf(ask())).toMatchObject({ code: 'provider_response_invalid' })
      }
    },
  )

  it('UI-07 never fetches what it says of claims elsewhere', async () => {
    const distributed = {
      sub: 'kp_1',
      _claim_names: { email: 'src1' },
      _claim_sources: { src1: { endpoint: 'http://169.254.169.254/', access_token: 'x' } },
    }
    client.fake.on(paths.userinfo, () => json(distributed))
    expect(await ask()).toMatchObject({ sub: 'kp_1' })
    expect(client.fake.requests.every(({ url }) => url.host === 'tenant.kinde.test')).toBe(true)
  })

  it('MD-09 is not offered where there is no endpoint', async () => {
    client.fake.metadata['userinfo_endpoint'] = undefined
    expect(await failureOf(ask())).toMatchObject({ code: 'feature_unavailable', status: 404 })
  })
})

function challenge(): Response {
  return json({}, 401, { 'www-authenticate': 'Bearer error="invalid_token"' })
}
