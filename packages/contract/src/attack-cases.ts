import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, createBrowser, follow, type Page } from './browser.ts'
import type { StartApp } from './contract-app.ts'
import { enter, me, type Setup, setUp, stopAtCallback } from './setup.ts'

/** What somebody tries who means no good, or whose browser is odd. */
export function describeAttacks(start: StartApp): void {
  describe('attacks', () => {
    let setup: Setup
    beforeAll(async () => {
      setup = await setUp(start, { store: 'memory' })
    })
    afterAll(() => setup.close())

    const at = (path: string): string => `${setup.app.url}${path}`
    const login = async (query: string): Promise<URL> =>
      new URL(follow(await createBrowser().send(at(`/auth/login?${query}`))))
    const logOut = async (browser: Browser, query = '', headers = {}): Promise<Page> =>
      browser.send(at(`/auth/logout${query}`), {
        method: 'POST',
        headers: { origin: setup.app.url, ...headers },
      })

    describe('on the login', () => {
      it('AR-05 lets a return path spill nothing into the request', async () => {
        const path = '/dashboard?x&client_id=evil&scope=admin'
        const { searchParams } = await login(new URLSearchParams({ returnTo: path }).toString())
        expect(searchParams.getAll('client_id')).toEqual(['contract'])
        expect(searchParams.get('scope')).not.toContain('admin')
        expect([...searchParams.values()].join()).not.toContain('evil')
      })

      it.each(['returnTo=/a&returnTo=/b', 'returnTo[]=/a', 'returnTo[a]=/b', 'prompt=a&prompt=b'])(
        'AR-06 takes %s for one text or for none',
        async (query) => {
          const { origin } = await login(query)
          expect(origin).toBe(setup.issuer.url)
        },
      )

      it.each(['a'.repeat(10_000), 'a\r\nset-cookie: x=1', 'a\u0000b', '\u0085'])(
        'AR-16 sends no overlong or broken parameter on: %.12j',
        async (hint) => {
          const { searchParams } = await login(new URLSearchParams({ login_hint: hint }).toString())
          expect(searchParams.has('login_hint')).toBe(false)
        },
      )

      it('AR-16 sends a plain parameter on, encoded', async () => {
        const hint = 'a+b&client_id=x@example.com'
        const { searchParams } = await login(new URLSearchParams({ login_hint: hint }).toString())
        expect(searchParams.get('login_hint')).toBe(hint)
        expect(searchParams.getAll('client_id')).toEqual(['contract'])
      })

      it('AR-17 starts no login for another issuer', async () => {
        const page = await createBrowser().send(at('/auth/login?iss=https://evil.example'))
        expect([page.status, page.headers.has('location')]).toEqual([400, false])
      })

      it('CS-08 tells a script where to sign in instead of sending it there', async () => {
        const page = await createBrowser().fetch(at('/auth/login'))
        expect(page.status).toBe(401)
        expect(JSON.parse(page.text).error).toMatchObject({
          code: 'navigation_required',
          loginUrl: '/auth/login',
        })
      })
    })

    describe('on the callback', () => {
      it("CB-12 signs nobody in with the code of somebody else's login", async () => {
        const attacker = createBrowser()
        const stolen = new URL(await stopAtCallback(setup, attacker)).searchParams.get('code') ?? ''
        const victim = createBrowser()
        const started = follow(await victim.send(at('/auth/login')))
        const state = new URL(started).searchParams.get('state') ?? ''
        const query = new URLSearchParams({ code: stolen, state, iss: setup.issuer.url })
        const page = await victim.send(at(`/auth/callback?${query.toString()}`))
        expect([page.status, await me(setup, victim)]).toEqual([400, 401])
      })

      it.each([
        ['CB-20', 'a\r\nset-cookie: evil=1'],
        ['CB-20', '\u001b[31mred\u202Etxt'],
        ['CB-18', '<img src=x onerror=alert(1)>'],
        ['CB-21', 'x'.repeat(7000)],
      ])('%s shows no description of the provider: %.12j', async (_id, description) => {
        const browser = createBrowser()
        const started = follow(await browser.send(at('/auth/login')))
        const state = new URL(started).searchParams.get('state') ?? ''
        const query = new URLSearchParams({
          error: 'server_error',
          error_description: description,
          state,
          iss: setup.issuer.url,
        })
        const page = await browser.send(at(`/auth/callback?${query.toString()}`))
        expect(page.status).toBe(400)
        expect(page.text).not.toContain(description)
        expect(page.headers.getSetCookie().join()).not.toContain('evil')
        expect(page.text.length).toBeLessThan(6000)
      })

      it('CB-21 lives on after a callback URL of 40 KB', async () => {
        const url = at(`/auth/callback?code=${'x'.repeat(40_000)}`)
        // Node answers 431 and closes, sometimes before it has read all that was sent.
        const page = await createBrowser()
          .send(url)
          .catch(() => undefined)
        expect([undefined, 400, 413, 414, 431]).toContain(page?.status)
        expect((await createBrowser().send(at('/public'))).status).toBe(200)
      })

      it.each(['state=%ff&code=%ff', 'state=%E0%A4%A&code=x', 'state=%00&code=%00'])(
        'CB-22 answers 400 to bytes that are no text: %s',
        async (query) => {
          const cookies = new Map([
            ['contract.session', '%ff'],
            ['%E0', '%E0%A4%A'],
          ])
          const page = await createBrowser(cookies).send(at(`/auth/callback?${query}`))
          expect(page.status).toBe(400)
        },
      )

      it('CB-27 CB-28 ignores what else the callback brings', async () => {
        const browser = createBrowser()
        const callback = await stopAtCallback(setup, browser)
        const extra =
          'returnTo=https://evil.example&redirect_uri=https://evil.example&client_id=evil&scope=admin&__proto__=x&constructor[prototype][isAdmin]=1&toString=x'
        const page = await browser.send(`${callback}&${extra}`)
        expect(follow(page)).toBe(at('/dashboard'))
        expect(Object.keys(Object.prototype)).toEqual([])
        expect(await me(setup, browser)).toBe(200)
      })

      it('CB-31 SE-03 SE-04 replaces the session of who was signed in before, and ends it', async () => {
        const browser = await setup.signIn('owner@example.com')
        const before = new Map(browser.cookies)
        const form = await browser.visit(at('/auth/login?prompt=login&returnTo=/dashboard'))
        await enter(browser, form, 'member@example.com')
        const { text } = await browser.fetch(at('/api/me'))
        expect(JSON.parse(text).session.user.email).toBe('member@example.com')
        expect(await me(setup, createBrowser(before))).toBe(401)
      })

      it.each([
        '//auth/callback',
        '/auth/callback/',
        '/AUTH/callback',
        '/auth/callback;a=b',
        '/auth/./callback;',
      ])('CB-32 starts no session without its checks at %s', async (path) => {
        const page = await createBrowser().send(at(`${path}?code=x&state=y`))
        // 308: some frameworks mend a path, and the mended one is checked like any other.
        expect([302, 308, 400, 401, 404]).toContain(page.status)
        expect(page.headers.getSetCookie().join()).not.toContain('contract.session')
      })

      it.each([
        ['application/json', /^application\/json/],
        ['text/html', /^text\/html/],
      ])('CS-07 answers in the form that %s asks for', async (accept, type) => {
        const headers =
          accept === 'text/html'
            ? {}
            : { accept, 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }
        const page = await createBrowser().send(at('/auth/callback'), { headers })
        expect(page.headers.get('content-type')).toMatch(type)
      })

      it('ER-07 says on every refusal what to do, with a way to sign in and home', async () => {
        const { text } = await createBrowser().send(at('/auth/callback?code=x&state=y'))
        expect(text).toMatch(/<a [^>]*href="\/auth\/login"/)
        expect(text).toMatch(/<a [^>]*href="\/"/)
        expect(text).not.toMatch(/\s+at .*:\d+:\d+/)
      })
    })

    describe('on the session', () => {
      it.each(['', '1~', '1~x', '1~a.b.c.d.e', 'not~a~seal', '"quoted"'])(
        'SE-05 takes the cookie %j for nobody and clears it',
        async (value) => {
          const browser = createBrowser(new Map([['contract.session', value]]))
          expect(await me(setup, browser)).toBe(401)
          expect(browser.cookies.has('contract.session')).toBe(false)
        },
      )

      // It may be one part of a session that the browser is storing right now, so it stays for the moment.
      it('SE-05 takes the first of several parts alone for nobody', async () => {
        const browser = createBrowser(new Map([['contract.session', '9~x']]))
        expect(await me(setup, browser)).toBe(401)
      })

      it('SE-14 SE-15 reads a session among many foreign cookies, and the first of two', async () => {
        const browser = await setup.signIn()
        const own = browser.cookieHeader()
        const noise = Array.from({ length: 200 }, (_, index) => `c${index}=${index}`).join('; ')
        const cookie = `${noise}; __proto__=x; contract.session.9=x; ${own}; contract.session=second`
        const page = await createBrowser().fetch(at('/api/me'), { headers: { cookie } })
        expect(page.status).toBe(200)
      })

      it('SE-15 lives on after 64 KB of cookies', async () => {
        const headers = { cookie: `a=${'x'.repeat(65_536)}` }
        // Node answers 431 and closes, sometimes before it has read all that was sent.
        const page = await createBrowser()
          .fetch(at('/api/me'), { headers })
          .catch(() => undefined)
        expect([undefined, 400, 401, 431]).toContain(page?.status)
        expect((await createBrowser().send(at('/public'))).status).toBe(200)
      })

      it('RD-10 replays no body of a page request without a session', async () => {
        const page = await createBrowser().send(at('/dashboard'), {
          method: 'POST',
          form: { a: 'b' },
        })
        expect([303, 401, 404]).toContain(page.status)
        expect(page.headers.get('location') ?? '').not.toContain('returnTo')
      })
    })

    describe('on the logout', () => {
      it('RD-05 LO-04 goes where the configuration says and tells no token', async () => {
        const browser = await setup.signIn()
        const page = await logOut(
          browser,
          '?post_logout_redirect_uri=https://evil.example&returnTo=//evil.example&redirect=https://evil.example',
        )
        const target = new URL(follow(page))
        expect(target.searchParams.get('redirect')).toBe(setup.app.url)
        expect(target.href).not.toMatch(/evil|eyJ|id_token/)
      })

      it('LO-09 has the browser forget what it kept', async () => {
        const page = await logOut(await setup.signIn())
        expect(page.headers.get('clear-site-data')).toBe('"cache"')
        expect(page.headers.get('cache-control')).toContain('no-store')
      })

      it('SE-19 clears a cookie with the attributes that it was set with', async () => {
        const browser = createBrowser()
        const callback = await stopAtCallback(setup, browser)
        const set = findSession(await browser.send(callback))
        const cleared = findSession(await logOut(browser))
        const attributes = (line: string): string =>
          line.replace(/^[^;]*/, '').replace(/; Max-Age=\d+/i, '')
        expect(cleared).toMatch(/; Max-Age=0/)
        expect(attributes(cleared)).toBe(attributes(set))
      })

      it.each([
        ['LO-05', '/?state=other'],
        ['LO-05', '/?state=https://evil.example&post_logout_redirect_uri=//evil.example'],
      ])('%s comes back to a harmless page with %s', async (_id, path) => {
        const page = await createBrowser().send(at(path))
        expect([page.status, page.headers.has('location')]).toEqual([200, false])
      })

      const withoutMetadata = { 'sec-fetch-site': '', 'sec-fetch-mode': '', 'sec-fetch-dest': '' }
      it('CS-03 believes Origin or Referer of a browser without Fetch Metadata, and refuses without', async () => {
        const browser = await setup.signIn()
        const send = async (headers: Record<string, string>): Promise<Page> =>
          browser.send(at('/auth/logout'), {
            method: 'POST',
            headers: { ...withoutMetadata, ...headers },
          })
        await send({ accept: '*/*' })
        await send({ accept: '*/*', referer: 'https://evil.example/' })
        await send({ accept: '*/*', origin: 'null' })
        expect(await me(setup, browser)).toBe(200)
        await send({ accept: '*/*', referer: at('/dashboard') })
        expect(await me(setup, browser)).toBe(401)
      })
    })
  })
}

function findSession(page: Page): string {
  const line = page.headers.getSetCookie().find((cookie) => cookie.startsWith('contract.session='))
  if (line === undefined) throw new Error(`${page.url} set no session cookie`)
  return line
}
