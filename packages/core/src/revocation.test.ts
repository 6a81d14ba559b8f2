import { beforeEach, describe, expect, it } from 'vitest'
import { type Client, createClient } from '../test/client.ts'
import { type Answer, json, paths } from '../test/fake-provider.ts'
import { createProvider } from './provider.ts'
import { revokeRefreshToken } from './revocation.ts'

describe('a revocation', () => {
  let client: Client
  beforeEach(async () => {
    client = await createClient()
  })

  const revoke = async (): Promise<boolean> => {
    const provider = createProvider({ ...client.config, timeout: 250 })
    return revokeRefreshToken('refresh-7', client.config, provider)
  }

  it('sends the refresh token with the client’s proof, as RFC 7009 says', async () => {
    expect(await revoke()).toBe(true)
    const [request] = client.fake.to(paths.revocation)
    expect(request?.method).toBe('POST')
    expect(request?.url.search).toBe('')
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      token: 'refresh-7',
      token_type_hint: 'refresh_token',
      client_id: 'client-1',
      client_secret: 'client-secret',
    })
  })

  it('TR-21 proves the client in the header where the server takes only that', async () => {
    client.fake.metadata['token_endpoint_auth_methods_supported'] = ['client_secret_basic']
    expect(await revoke()).toBe(true)
    const [request] = client.fake.to(paths.revocation)
    expect(request?.headers.get('authorization')).toMatch(/^Basic /)
    expect(request?.form.has('client_secret')).toBe(false)
  })

  it('MD-09 is left out where the server does not offer it', async () => {
    client.fake.metadata['revocation_endpoint'] = undefined
    expect(await revoke()).toBe(false)
  })

  it.each<[string, Answer]>([
    ['500', () => json({}, 500)],
    ['400', () => json({ error: 'unsupported_token_type' }, 400)],
    ['401', () => json({ error: 'invalid_client' }, 401)],
    ['no answer', async () => new Promise(() => undefined)],
    ['a redirect', () => Response.redirect('https://evil.test', 307)],
    ['a broken connection', broken],
  ])('LO-06 that is answered with %s never fails a sign-out', async (_name, answer) => {
    client.fake.on(paths.revocation, answer)
    expect(await revoke()).toBe(false)
    expect(client.fake.requests.every(({ url }) => url.host === 'tenant.kinde.test')).toBe(true)
  })

  it('LO-06 without metadata never fails a sign-out', async () => {
    client.fake.on(paths.discovery, () => json({}, 404, { 'retry-after': '60' }))
    expect(await revoke()).toBe(false)
  })
})

function broken(): never {
  throw new TypeError('fetch failed')
}
