import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { clicked, createBrowser, fetched } from './browser.ts'
import { paths } from './fake-provider.ts'
import { createSite, type Site } from './site.ts'
import { navigation } from './view.ts'

const transaction = '__Host-trefoil.transaction.'

describe('a login', () => {
  let site: Site
  beforeEach(async () => {
    site = await createSite()
  })

  const begin = async (url = '/auth/login'): Promise<URLSearchParams> => {
    const { location = '' } = await site.browser.go(url)
    return new URL(location).searchParams
  }

  it('AR-01 goes to the provider with the code flow, PKCE S256, state and nonce', async () => {
    const { status, location = '' } = await site.browser.go('/auth/login')
    const url = new URL(location)
    expect(status).toBe(302)
    expect(url.origin + url.pathname).toBe(`${site.provider.issuer}${paths.authorization}`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: 'https://app.example/auth/callback',
      scope: 'openid profile email offline',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    })
  })

  it('AR-01 makes every value anew and none twice', async () => {
    const values: string[] = []
    for (let round = 0; round < 300; round++) {
      const query = await begin()
      values.push(...['state', 'nonce', 'code_challenge'].map((name) => query.get(name) ?? ''))
      site.browser.jar.clear()
    }
    expect(new Set(values).size).toBe(900)
  })

  it('AR-02 sends S256 whatever the metadata say of PKCE', async () => {
    site.provider.metadata['code_challenge_methods_supported'] = ['plain']
    expect((await begin()).get('code_challenge_method')).toBe('S256')
  })

  it('AR-04 AR-05 lets nothing of the query replace or add a parameter', async () => {
    const returnTo = '/x?y=1&client_id=evil%26scope=admin'
    const bait = new URLSearchParams({
      redirect_uri: 'https://evil.example',
      client_id: 'evil',
      response_type: 'token',
      response_mode: 'fragment',
      state: 'known',
      nonce: 'known',
      code_challenge: 'known',
      scope: 'admin',
      returnTo,
    })
    const query = await begin(`/auth/login?${bait}`)
    expect(query.get('redirect_uri')).toBe('https://app.example/auth/callback')
    expect(query.get('response_type')).toBe('code')
    expect(query.get('client_id')).toBe('client-1')
    expect(query.get('scope')).toBe('openid profile email offline')
    expect(query.has('response_mode')).toBe(false)
    expect(['state', 'nonce', 'code_challenge'].map((name) => query.get(name))).not.toContain(
      'known',
    )
  })

  it('passes the extras that Kinde knows and leaves out what is overlong or has control characters', async () => {
    const query = await begin(
      `/auth/login?org_code=org_1&login_hint=${'x'.repeat(600)}&lang=de%0d%0a&prompt=evil`,
    )
    expect(query.get('org_code')).toBe('org_1')
    for (const name of ['login_hint', 'lang', 'prompt']) expect(query.has(name)).toBe(false)
  })

  it('registers with prompt=create', async () => {
    expect((await begin('/auth/register?prompt=login')).get('prompt')).toBe('create')
  })

  it('AR-07 builds the redirect URI from the configured origin, whatever host the request names', async () => {
    const headers = {
      ...navigation,
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
    }
    const { location = '' } = await site.browser.go('https://evil.example/auth/login', { headers })
    const redirectUri = new URL(location).searchParams.get('redirect_uri')
    expect(redirectUri).toBe('https://app.example/auth/callback')
  })

  it('takes an allowed origin for what it is', async () => {
    const app = site.another({ allowedOrigins: ['https://preview.example'] })
    const browser = createBrowser(app, 'https://preview.example')
    const { location = '' } = await browser.go('/auth/login')
    expect(new URL(location).searchParams.get('redirect_uri')).toBe(
      'https://preview.example/auth/callback',
    )
  })

  it('AR-14 keeps the attempt in a cookie of its own that no script and no other site reads', async () => {
    const { cookies } = await site.browser.go('/auth/login')
    expect(cookies).toEqual([
      {
        name: expect.stringContaining(transaction),
        value: expect.stringMatching(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/),
        maxAge: 600,
        path: '/',
        secure: true,
        httpOnly: true,
        sameSite: 'lax',
      },
    ])
  })

  it('AR-15 keeps the return path out of the URL', async () => {
    const { location = '' } = await site.browser.go('/auth/login?returnTo=/secret-plan')
    expect(location).not.toContain('secret-plan')
    const { state = '' } = Object.fromEntries(new URL(location).searchParams)
    expect(Buffer.from(state, 'base64url').toString('latin1')).not.toContain('secret')
  })

  it('AR-09 stays small over forty attempts that nobody ends', async () => {
    for (let round = 0; round < 40; round++) {
      await site.browser.go('/auth/login?returnTo=/a/rather/long/path?with=a&query=too')
      site.wait(1)
    }
    expect(site.browser.names(transaction)).toHaveLength(5)
    expect(site.browser.view('/').header('cookie')?.length).toBeLessThan(8192)
  })

  it('lands three attempts at once each on its own page', async () => {
    const pages = ['/one?a=1', '/two#b', '/three']
    const begun = await Promise.all(
      pages.map((page) => site.browser.go(`/auth/login?returnTo=${encodeURIComponent(page)}`)),
    )
    expect(site.browser.names(transaction)).toHaveLength(3)
    for (const [index, { location }] of [...begun.entries()].toReversed()) {
      const outcome = await site.browser.go(await site.server.authorize(location))
      expect(outcome.location).toBe(pages[index])
    }
    expect(site.browser.names(transaction)).toEqual([])
  })

  it.each([
    ['a prefetch', { ...navigation, 'sec-purpose': 'prefetch;prerender' }, 403],
    ['an older prefetch', { ...navigation, purpose: 'prefetch' }, 403],
    ['a prefetch of Next', { ...fetched, 'next-router-prefetch': '1' }, 403],
    ['a fetch', fetched, 401],
    ['an image of another site', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 401],
    ['a frame', { ...navigation, 'sec-fetch-dest': 'iframe' }, 401],
  ])('AR-10 AR-19 CS-08 does not begin for %s', async (_name, headers, status) => {
    const outcome = await site.browser.go('/auth/login', { headers })
    expect(outcome.status).toBe(status)
    expect(outcome.location).toBeUndefined()
    expect(outcome.cookies).toEqual([])
  })

  it('CS-08 tells a fetch where to send the browser', async () => {
    const { body = '', headers } = await site.browser.go('/auth/login', { headers: fetched })
    expect(headers['content-type']).toContain('application/json')
    expect(JSON.parse(body)).toMatchObject({
      error: { code: 'navigation_required', loginUrl: '/auth/login' },
    })
  })

  it.each(['HEAD', 'OPTIONS', 'POST', 'TRACE', 'DELETE'])(
    'AR-10 GU-18 answers %s with 405 and what is allowed',
    async (method) => {
      const outcome = await site.browser.go('/auth/login', { method })
      expect(outcome).toMatchObject({ status: 405, headers: { allow: 'GET' }, cookies: [] })
    },
  )

  it('AR-17 begins for no other issuer than ours', async () => {
    const evil = await site.browser.go('/auth/login?iss=https://evil.example')
    expect(evil).toMatchObject({ status: 400, cookies: [] })
    const ours = await site.browser.go(`/auth/login?iss=${site.provider.issuer}&login_hint=olivia`)
    expect(new URL(ours.location ?? '').searchParams.get('login_hint')).toBe('olivia')
  })

  it('MD-03 is 503 with Retry-After while the provider is down, and works when it is up', async () => {
    const up = site.provider.on(paths.discovery, () => new Response('', { status: 503 }))
    const down = await site.browser.go('/auth/login')
    expect(down).toMatchObject({ status: 503, cookies: [] })
    expect(down.headers['retry-after']).toMatch(/^\d+$/)
    up()
    site.wait(5)
    expect((await site.browser.go('/auth/login')).status).toBe(302)
  })

  it('breaks a loop of logins that succeed, names the cause, and lets go after a minute', async () => {
    for (let round = 0; round < 10; round++) await site.signIn()
    const broken = await site.browser.go('/auth/login')
    expect(broken).toMatchObject({ status: 429, headers: { 'retry-after': '60' } })
    expect(broken.body).toContain('cookie')
    site.wait(60)
    expect((await site.browser.go('/auth/login')).status).toBe(302)
  })

  it('counts no loop after a sign-out that somebody wanted', async () => {
    for (let round = 0; round < 10; round++) await site.signIn()
    await site.browser.go('/auth/logout', { method: 'POST', headers: clicked })
    expect((await site.browser.go('/auth/login')).status).toBe(302)
  })

  it('AR-20 AR-21 pushes the request where the provider demands it, and never falls back', async () => {
    const endpoint = `${site.provider.issuer}/par`
    site.provider.metadata['pushed_authorization_request_endpoint'] = endpoint
    site.provider.metadata['require_pushed_authorization_requests'] = true
    const answer = { request_uri: 'urn:ietf:params:oauth:request_uri:1', expires_in: 60 }
    const undo = site.provider.on('/par', () => Response.json(answer, { status: 201 }))
    expect(Object.fromEntries(await begin())).toEqual({
      client_id: 'client-1',
      request_uri: answer.request_uri,
    })
    const pushed = site.provider.to('/par')[0]?.form
    expect(pushed?.get('code_challenge_method')).toBe('S256')
    undo()
    const refused = await site.browser.go('/auth/login')
    expect(refused.status).toBeGreaterThanOrEqual(500)
    expect(refused.location).toBeUndefined()
  })

  it('sends the verifier of PKCE with the code and nothing of it before', async () => {
    const { location = '' } = await site.browser.go('/auth/login')
    await site.browser.go(await site.server.authorize(location))
    const verifier = site.provider.to(paths.token)[0]?.form.get('code_verifier') ?? ''
    expect(verifier).toMatch(/^[\w-]{43}$/)
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    expect(new URL(location).searchParams.get('code_challenge')).toBe(challenge)
    expect(location).not.toContain(verifier)
  })
})

describe('a return path', () => {
  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
    '/%0d%0aset-cookie:a=b\r\n',
    '/auth/login',
    '/auth/callback?code=1&state=2',
    '/auth/logout',
    'dashboard',
    '',
  ])('RD-01 RD-06 that is %j leads to the default page', async (returnTo) => {
    const site = await createSite({ postLoginRedirectUrl: '/home' })
    const query = new URLSearchParams({ returnTo })
    const outcome = await site.signIn(site.browser, `/auth/login?${query}`)
    const target = new URL(outcome.location ?? '', 'https://app.example')
    expect(target.origin).toBe('https://app.example')
    if (!returnTo.startsWith('/%0d')) expect(outcome.location).toBe('/home')
  })

  it('of more than a kilobyte leads to the default page, so that five attempts fit', async () => {
    const site = await createSite({ postLoginRedirectUrl: '/home' })
    for (const [length, location] of [
      [1024, `/${'a'.repeat(1023)}`],
      [1025, '/home'],
    ] as const) {
      const returnTo = `/${'a'.repeat(length - 1)}`
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
      const outcome = await site.signIn(site.browser, `/auth/login?returnTo=${returnTo}`)
      expect(outcome.location).toBe(location)
    }
  })

  it('keeps its query and hash', async () => {
    const site = await createSite()
    const returnTo = encodeURIComponent('/reports?page=2&sort=name#top')
    const outcome = await site.signIn(site.browser, `/auth/login?returnTo=${returnTo}`)
    expect(outcome).toMatchObject({ status: 302, location: '/reports?page=2&sort=name#top' })
  })
})
