import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore } from '../src/session-store.ts'
import { type Browser, createBrowser } from './browser.ts'
import { createSigningKey, json, paths } from './fake-provider.ts'
import { createSite, type Site } from './site.ts'
import { untilDone, useFastTimers } from './time.ts'
import { navigation } from './view.ts'

const transaction = '__Host-trefoil.transaction.'

describe('a callback while the provider is slow', () => {
  useFastTimers()

  it('TR-15 is 503 after two timeouts, however many requests it is made of', async () => {
    const site = await createSite({ timeout: 500 })
    const { location } = await untilDone(site.browser.go('/auth/login'))
    const url = await site.server.authorize(location)
    site.provider.on(paths.token, async () => {
      await new Promise((resolve) => setTimeout(resolve, 400))
      return undefined
    })
    site.provider.on(paths.jwks, async () => new Promise(() => undefined))
    const late = new Promise((resolve) => setTimeout(() => resolve('too late'), 1100))
    const outcome = await untilDone(Promise.race([site.browser.go(url), late]))
    const cause = { name: 'DeadlineError' }
    expect(outcome).toMatchObject({ status: 503, error: { code: 'provider_unavailable', cause } })
  })
})

describe('a callback', () => {
  let site: Site
  let browser: Browser
  beforeEach(async () => {
    site = await createSite()
    browser = site.browser
  })

  /** The URL that the provider sends the browser to, with changes. */
  const callback = async (
    changes: Readonly<Record<string, string | undefined>> = {},
  ): Promise<string> => {
    const { location } = await browser.go('/auth/login?returnTo=/reports')
    const url = new URL(await site.server.authorize(location))
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) url.searchParams.delete(name)
      else url.searchParams.set(name, value)
    }
    return url.href
  }
  const user = async (): Promise<string | undefined> =>
    (await site.app.session(browser.view('/')))?.user.id

  it('CB-30 signs in and goes to the return path, without a trace in caches or referrers', async () => {
    const outcome = await browser.go(await callback())
    expect(outcome).toMatchObject({
      status: 302,
      location: '/reports',
      headers: {
        'cache-control': 'private, no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        vary: 'Cookie',
      },
    })
    expect(await user()).toBe('kp_1')
    expect(browser.names(transaction)).toEqual([])
    expect(site.events.at(-1)).toMatchObject({ type: 'signed_in', subject: 'kp_1' })
  })

  it.each([
    ['wrong', 'somebody-elses', 'transaction_missing'],
    ['missing', undefined, 'callback_invalid'],
    ['empty', '', 'transaction_missing'],
  ])(
    'CB-01 with a state that is %s asks for no token and spares the attempt',
    async (_n, state, code) => {
      const url = await callback({ state })
      const outcome = await browser.go(url)
      expect(outcome).toMatchObject({ status: 400, error: { code }, cookies: [] })
      expect(site.tokenCalls()).toBe(0)
      expect(browser.names(transaction)).toHaveLength(1)
      expect(await user()).toBeUndefined()
    },
  )

  it.each(['state', 'code', 'iss', 'error'])('CB-02 with %s twice is invalid', async (name) => {
    const url = new URL(await callback({ iss: site.provider.issuer }))
    url.searchParams.append(name, url.searchParams.get(name) ?? 'access_denied')
    url.searchParams.append(name, 'other')
    const outcome = await browser.go(url.href)
    expect(outcome).toMatchObject({ status: 400, error: { code: 'callback_invalid' } })
    expect(site.tokenCalls()).toBe(0)
  })

  it("CB-03 CB-12 with another attempt's code makes no session", async () => {
    const other = new URL(await callback()).searchParams.get('code') ?? ''
    const outcome = await browser.go(await callback({ code: other }))
    expect(outcome).toMatchObject({ status: 400, error: { code: 'code_exchange_failed' } })
    expect(await user()).toBeUndefined()
  })

  it("CB-12 with the code of somebody else's sign-in makes no session", async () => {
    const stranger = createBrowser(site.app)
    const { location } = await stranger.go('/auth/login')
    const stolen = new URL(await site.server.authorize(location)).searchParams.get('code') ?? ''
    const outcome = await browser.go(await callback({ code: stolen }))
    expect(outcome.status).toBe(400)
    expect(await user()).toBeUndefined()
  })

  it('CB-05 opened twice, reloaded or gone back to asks for no second token and keeps the session', async () => {
    const url = await callback()
    await browser.go(url)
    const again = await browser.go(url)
    expect(again).toMatchObject({ status: 302, location: '/', cookies: [] })
    expect(site.tokenCalls()).toBe(1)
    expect(await user()).toBe('kp_1')
  })

  it('CB-06 sent twice at once sends the code once and gives one session', async () => {
    const url = await callback()
    const view = browser.view(url)
    const outcomes = await Promise.all([site.app.handle(view), site.app.handle(view)])
    expect(outcomes.map((outcome) => outcome?.location)).toEqual(['/reports', '/reports'])
    expect(site.tokenCalls()).toBe(1)
    for (const outcome of outcomes) {
      browser.keep(outcome?.cookies ?? [])
      expect(await user()).toBe('kp_1')
    }
  })

  it('CB-06 sent again by who has its session already ends nothing', async () => {
    const url = await callback()
    const attempt = new Map(browser.jar)
    await browser.go(url)
    for (const [name, value] of attempt) browser.jar.set(name, value)
    expect(await browser.go(url)).toMatchObject({ status: 302, location: '/reports' })
    expect(site.tokenCalls()).toBe(1)
    expect(await user()).toBe('kp_1')
  })

  it('CB-06 sent again after the sign-out that followed signs nobody in', async () => {
    const url = await callback()
    const copy = browser.copy()
    await browser.go(url)
    await browser.go('/auth/logout', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin' },
    })
    expect(await copy.go(url)).toMatchObject({
      status: 400,
      error: { code: 'transaction_missing' },
    })
  })

  it('CB-06 looked at ahead of time spends nothing', async () => {
    const url = await callback()
    const ahead = await browser.go(url, { headers: { ...navigation, 'sec-purpose': 'prefetch' } })
    expect(ahead).toMatchObject({ status: 403, cookies: [] })
    expect(await browser.go(url)).toMatchObject({ status: 302, location: '/reports' })
  })

  it('CB-07 without the promised iss is refused before a token is asked for', async () => {
    site.provider.metadata['authorization_response_iss_parameter_supported'] = true
    expect((await browser.go(await callback())).status).toBe(400)
    expect(site.tokenCalls()).toBe(0)
  })

  it.each(['https://evil.example', 'https://tenant.kinde.test/', 'https://TENANT.kinde.test', ''])(
    'CB-08 CB-11 with iss %j is refused before a token is asked for',
    async (iss) => {
      expect((await browser.go(await callback({ iss }))).status).toBe(400)
      expect(site.tokenCalls()).toBe(0)
    },
  )

  it('CB-10 with the right iss, promised or not, signs in', async () => {
    await browser.go(await callback({ iss: site.provider.issuer }))
    expect(await user()).toBe('kp_1')
  })

  it.each([undefined, '', 'made-up'])('CB-13 with the code %j is an error page', async (code) => {
    const outcome = await browser.go(await callback({ code }))
    expect(outcome.status).toBe(400)
    expect(outcome.location).toBeUndefined()
    expect(outcome.body).toContain('href="/auth/login?returnTo=%2F')
  })

  it('CB-15 says of the button that says no that the sign-in was canceled or refused', async () => {
    const { body } = await browser.go(await callback({ code: undefined, error: 'access_denied' }))
    expect(body).toContain('The sign-in was canceled or refused.')
    const other = await browser.go(await callback({ code: undefined, error: 'server_error' }))
    expect(other.body).not.toContain('canceled')
  })

  it.each(['access_denied', 'login_required', 'interaction_required', 'server_error', 'odd'])(
    'CB-15 with the error %s says so, spends the attempt and keeps an existing session',
    async (error) => {
      await site.signIn()
      const { location } = await browser.go('/auth/login?returnTo=/reports?page=2')
      const outcome = await browser.go(site.server.refuse(location, error))
      expect(outcome).toMatchObject({ status: 400, error: { code: 'authorization_failed', error } })
      expect(outcome.body).toContain(error)
      // Who starts anew still comes to the page that they wanted.
      expect(outcome.body).toContain('href="/auth/login?returnTo=%2Freports%3Fpage%3D2"')
      expect(browser.names(transaction)).toEqual([])
      expect(site.tokenCalls()).toBe(1)
      expect(await user()).toBe('kp_1')
    },
  )

  it('CB-16 with an error for a state that is not ours clears and repeats nothing', async () => {
    await browser.go('/auth/login')
    const url = '/auth/callback?error=server_error&error_description=call+555&state=forged'
    const outcome = await browser.go(url)
    expect(outcome).toMatchObject({
      status: 400,
      error: { code: 'transaction_missing' },
      cookies: [],
    })
    expect(outcome.body).not.toMatch(/server_error|555/)
    expect(browser.names(transaction)).toHaveLength(1)
  })

  it('CB-16 is an error page also for who is signed in, and ends nothing', async () => {
    await site.signIn()
    const outcome = await browser.go('/auth/callback?error=login_required&state=forged')
    expect(outcome).toMatchObject({ status: 400, cookies: [] })
    expect(await user()).toBe('kp_1')
  })

  it('CB-17 with an error and a code believes the error', async () => {
    const outcome = await browser.go(await callback({ error: 'access_denied' }))
    expect(outcome.error?.code).toBe('authorization_failed')
    expect(site.tokenCalls()).toBe(0)
  })

  it.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    'a\r\nset-cookie: b=c',
    '\u001b[31mred\u0000\u202E',
    'x'.repeat(7000),
  ])('CB-18 CB-20 CB-21 shows nothing of an error like %j', async (text) => {
    const { location } = await browser.go('/auth/login')
    const outcome = await browser.go(site.server.refuse(location, text, text))
    expect(outcome.status).toBe(400)
    expect(outcome.body).toContain('unknown_error')
    expect(outcome.body?.length).toBeLessThan(4000)
    expect(outcome.body).not.toContain(text.slice(0, 8))
    expect(JSON.stringify(outcome.headers)).not.toContain('b=c')
  })

  it('CB-21 CB-22 lives through 40 KB and bytes that are no text', async () => {
    expect((await browser.go(await callback({ code: 'x'.repeat(40_000) }))).status).toBe(400)
    browser.jar.set('a', '%ff%')
    expect((await browser.go('/auth/callback?state=%ff%fe&code=%E0%A4')).status).toBe(400)
  })

  it('CB-23 without any parameter is an error page', async () => {
    expect(await browser.go('/auth/callback')).toMatchObject({ status: 400, cookies: [] })
  })

  it.each([
    { access_token: 'a', id_token: 'b', token_type: 'bearer' },
    { id_token: 'b' },
    { response: 'jarm' },
  ])('CB-25 CB-26 with more than was asked for (%j) is refused', async (extra) => {
    const outcome = await browser.go(await callback(extra))
    expect(outcome).toMatchObject({ status: 400, error: { code: 'callback_invalid' } })
    expect(site.tokenCalls()).toBe(0)
  })

  it('CB-27 CB-28 ignores parameters that it does not know', async () => {
    const outcome = await browser.go(
      await callback({
        returnTo: '//evil.example',
        next: 'https://evil.example',
        redirect_uri: 'https://evil.example',
        post_login_redirect_url: 'https://evil.example',
        client_id: 'evil',
        scope: 'admin',
        __proto__x: '1',
        'constructor[prototype][polluted]': '1',
        toString: '1',
      }),
    )
    expect(outcome.location).toBe('/reports')
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it('CB-31 SE-04 replaces the session of somebody else, who is out, and merges nothing', async () => {
    await site.signIn()
    const before = browser.copy()
    site.server.user = { sub: 'kp_2', name: 'Max', email: undefined }
    await browser.go(await callback())
    const session = await site.app.session(browser.view('/'))
    expect(session?.user).toMatchObject({ id: 'kp_2', name: 'Max', email: null })
    expect(await site.app.session(before.view('/'))).toBeNull()
  })

  it.each([
    '//auth/callback',
    '/auth/callback/',
    '/AUTH/callback',
    '/auth/callback;x=1',
    '/auth//callback',
  ])('CB-32 is not answered at %s', async (path) => {
    const query = new URL(await callback()).search
    const view = { ...browser.view('/'), url: `https://app.example${path}${query}` }
    expect(await site.app.handle(view)).toBeUndefined()
  })

  it('keeps its own path when it is registered elsewhere', async () => {
    browser = createBrowser(site.another({ callbackPath: '/api/auth/kinde_callback' }))
    const url = await callback()
    expect(new URL(url).pathname).toBe('/api/auth/kinde_callback')
    expect((await browser.go(url)).location).toBe('/reports')
    await expect(browser.go('/auth/callback')).rejects.toThrow('none of the routes')
  })

  it('AR-11 after ten minutes is too late, and leads to a fresh start', async () => {
    const url = await callback()
    site.wait(600)
    const outcome = await browser.go(url)
    expect(outcome).toMatchObject({ status: 400, error: { code: 'transaction_missing' } })
    expect(outcome.body).toContain('href="/auth/login"')
    expect(site.tokenCalls()).toBe(0)
  })

  it('AR-12 refuses an attempt that was made for another provider, client or name', async () => {
    const url = await callback()
    const others = [
      site.another({ issuer: 'https://other.kinde.test' }),
      site.another({ clientId: 'client-2' }),
    ]
    for (const app of others) {
      expect((await browser.copy(app).go(url)).error?.code).toBe('transaction_missing')
    }
    const renamed = browser.copy(site.another({ name: 'other' }))
    for (const [name, value] of browser.jar)
      renamed.jar.set(name.replace('trefoil', 'other'), value)
    expect((await renamed.go(url)).error?.code).toBe('transaction_missing')
  })

  it("AR-12 refuses an attempt's seal under another attempt's name", async () => {
    const url = new URL(await callback())
    const [name = ''] = browser.names(transaction)
    browser.jar.set(`${transaction}planted`, browser.jar.get(name) ?? '')
    url.searchParams.set('state', 'planted')
    expect((await browser.go(url.href)).error?.code).toBe('transaction_missing')
  })

  describe('whose exchange fails', () => {
    it.each([
      ['a bad code', () => json({ error: 'invalid_grant' }, 400), 400, 'code_exchange_failed'],
      ['a bad client', () => json({ error: 'invalid_client' }, 401), 500, 'client_rejected'],
      ['a 500', () => new Response('<h1>oops</h1>', { status: 500 }), 503, 'provider_unavailable'],
      ['a 429', () => new Response('', { status: 429 }), 503, 'provider_unavailable'],
      ['a page', () => new Response('<p>inside</p>'), 502, 'provider_response_invalid'],
      [
        'no ID token',
        () => json({ access_token: 'a', token_type: 'bearer' }),
        502,
        'id_token_invalid',
      ],
    ])(
      'TR-01 TC-12 by %s is an error page, once, and can start again',
      async (_name, answer, status, code) => {
        const url = await callback()
        const undo = site.provider.on(paths.token, answer)
        const outcome = await browser.go(url)
        expect(outcome).toMatchObject({ status, error: { code } })
        expect(outcome.body).not.toMatch(/oops|inside/)
        expect(site.tokenCalls()).toBe(1)
        expect(browser.names(transaction)).toEqual([])
        expect(await user()).toBeUndefined()
        undo()
      },
    )

    it('while the provider cannot be reached has spent the attempt, and a new one works', async () => {
      const cold = createBrowser(site.another({ session: {} }))
      const { location } = await cold.go('/auth/login')
      const url = await site.server.authorize(location)
      site.wait(11 * 60 - 120)
      const undo = site.provider.on(paths.token, () => {
        throw new TypeError('fetch failed')
      })
      expect((await cold.go(url)).status).toBe(503)
      undo()
      expect((await site.signIn(cold)).status).toBe(302)
    })
  })

  it('ID-07 ID-21 signs nobody in with an ID token of another nonce, or signed by a stranger', async () => {
    site.server.user = { sub: 'kp_1', nonce: 'replayed' }
    expect((await browser.go(await callback())).error?.code).toBe('id_token_invalid')
    const stranger = await createSigningKey('key-1')
    const url = await callback()
    site.provider.on(paths.token, async () =>
      json({
        access_token: 'opaque',
        token_type: 'bearer',
        id_token: await site.provider.sign(
          { iss: site.provider.issuer, sub: 'kp_1' },
          {},
          stranger,
        ),
      }),
    )
    expect((await browser.go(url)).error?.code).toBe('id_token_invalid')
    expect(await user()).toBeUndefined()
  })

  it('SE-20 with the store down is 503 and signs nobody in', async () => {
    const store = createMemoryStore({ clock: site.now })
    browser = createBrowser(site.another({ session: { store } }))
    const url = await callback()
    store.set = async () => {
      throw new Error('connection refused')
    }
    const outcome = await browser.go(url)
    expect(outcome).toMatchObject({ status: 503, error: { code: 'session_store_unavailable' } })
    expect(browser.names('__Host-trefoil.session')).toEqual([])
  })

  it('SE-13 TC-03 with tokens too large for cookies names the size and the remedy, and keeps what was', async () => {
    await site.signIn()
    site.server.rights = { permissions: Array.from({ length: 700 }, (_, n) => `permission:${n}`) }
    const outcome = await browser.go(await callback())
    expect(outcome).toMatchObject({ status: 500, error: { code: 'session_too_large' } })
    expect(outcome.error?.message).toMatch(/\d{4,} bytes.*8192.*session\.store/)
    expect(await user()).toBe('kp_1')
    const stored = createBrowser(site.another({ session: { store: createMemoryStore() } }))
    expect((await site.signIn(stored)).status).toBe(302)
  })
})
