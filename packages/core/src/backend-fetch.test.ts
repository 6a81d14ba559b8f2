import { describe, expect, it, vi } from 'vitest'
import { createBackendApp } from './backend-app.ts'
import { ConfigurationError, TrefoilError } from './errors.ts'

const send = vi.fn<typeof fetch>(async () => new Response('reports'))
const options = {
  issuer: 'https://tenant.example',
  clientId: 'client',
  clientSecret: 'client-secret-0123456789',
  siteUrl: 'https://app.example',
  secret: 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6',
  audience: 'https://reports.example/v1',
  apiOrigins: ['https://other.example'],
  env: {},
  fetch: send,
}
const app = createBackendApp(options)
const user = { getAccessToken: () => 'token-1' }

describe('a call for a user', () => {
  it.each([
    'https://reports.example/v1/reports',
    'https://other.example/x',
    new URL('https://tenant.example/oauth2/v2/user_profile'),
  ])('takes the access token to %s', async (url) => {
    const response = await app.fetch(user, url, { method: 'POST', headers: { accept: 'a/b' } })
    expect(await response.text()).toBe('reports')
    const [target, init] = send.mock.lastCall ?? []
    const headers = new Headers(init?.headers)
    expect(target).toEqual(new URL(url))
    expect([headers.get('authorization'), headers.get('accept')]).toEqual(['Bearer token-1', 'a/b'])
    expect([init?.method, init?.redirect]).toEqual(['POST', 'error'])
  })

  it.each([
    'https://evil.example/',
    'https://reports.example.evil.example/',
    'https://reports.example@evil.example/',
    'http://reports.example/',
    'https://reports.example:8443/',
    '/reports',
    'nonsense',
  ])('takes it nowhere else: %s', async (url) => {
    send.mockClear()
    await expect(app.fetch(user, url)).rejects.toThrow(ConfigurationError)
    expect(send).not.toHaveBeenCalled()
  })

  it('names the option that allows more', async () => {
    await expect(app.fetch(user, 'https://evil.example/')).rejects.toThrow(/apiOrigins/)
    const wrong = createBackendApp({ ...options, apiOrigins: ['https://other.example/path'] })
    expect(() => wrong.configure()).toThrow(/apiOrigins/)
  })

  it('is not made for somebody who has no token', async () => {
    send.mockClear()
    const nobody = {
      getAccessToken: (): string => {
        throw new TrefoilError('not_authenticated')
      },
    }
    await expect(app.fetch(nobody, 'https://other.example/')).rejects.toThrow(TrefoilError)
    expect(send).not.toHaveBeenCalled()
  })
})
