import { beforeEach, describe, expect, it } from 'vitest'
import { type Browser, createBrowser, frontendOptions, type Tab } from './tabs.ts'

let browser: Browser
let calls: { url: string; init: RequestInit }[]
let answer: (call: number) => Response

beforeEach(async () => {
  browser = await createBrowser()
  calls = []
  answer = () => Response.json({ ok: true })
})

/** Signs in with a `fetch` that answers for APIs as well. */
async function signIn(): Promise<Tab> {
  const { fetch: providerFetch } = browser.provider
  const fetch: typeof providerFetch = async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (url.origin === frontendOptions.issuer) return providerFetch(input, init)
    calls.push({ url: url.href, init })
    return answer(calls.length)
  }
  return browser.signIn('/', { fetch, allowedOrigins: ['https://other.example'] })
}

function tokenOf(call: number): string | null {
  return new Headers(calls[call]?.init.headers).get('authorization')
}

describe('a request with the access token', () => {
  it('carries it to the API, and follows no redirect with it', async () => {
    const { app } = await signIn()
    const response = await app.fetch('https://api.example/reports', { headers: { a: 'b' } })
    expect(response.status).toBe(200)
    expect(tokenOf(0)).toBe(`Bearer ${await app.getAccessToken()}`)
    expect(calls[0]?.init.redirect).toBe('error')
    expect(new Headers(calls[0]?.init.headers).get('a')).toBe('b')
    await app.fetch('https://other.example/x')
    expect(calls).toHaveLength(2)
  })

  it.each([
    'https://evil.example/',
    'https://api.example@evil.example/',
    'https://api.example.evil.example/',
    'http://api.example/',
    'https://api.example:8443/',
    'https://user:pass@api.example/',
    '/own-site',
  ])('SP-11 goes nowhere else: %s', async (url) => {
    const { app } = await signIn()
    await expect(app.fetch(url)).rejects.toMatchObject({ code: 'configuration_invalid' })
    expect(calls).toEqual([])
  })

  it('MM-09 is sent once more with a new token after a 401, and no more than that', async () => {
    const { app } = await signIn()
    answer = (call) => new Response(null, { status: call === 1 ? 401 : 200 })
    expect((await app.fetch('https://api.example/', { method: 'POST', body: 'x' })).status).toBe(
      200,
    )
    expect(tokenOf(1)).not.toBe(tokenOf(0))
    answer = () => new Response(null, { status: 401 })
    expect((await app.fetch('https://api.example/')).status).toBe(401)
    expect(calls).toHaveLength(4)
  })

  it('is not repeated when its body is a stream, nor after 403', async () => {
    const { app } = await signIn()
    answer = (call) => new Response(null, { status: call === 1 ? 401 : 403 })
    const body = new ReadableStream()
    expect((await app.fetch('https://api.example/', { method: 'POST', body })).status).toBe(401)
    expect((await app.fetch('https://api.example/')).status).toBe(403)
    expect(calls).toHaveLength(2)
  })

  it('is sent by nobody when nobody is signed in', async () => {
    const tab = browser.tab()
    await expect(tab.app.fetch('https://api.example/')).rejects.toMatchObject({
      code: 'not_authenticated',
    })
  })
})
