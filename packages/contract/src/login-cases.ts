import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, createBrowser, follow, type Page } from './browser.ts'
import type { StartApp } from './contract-app.ts'
import { enter, type Setup, setUp, stopAtCallback } from './setup.ts'

const baits = [
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/%0d%0aset-cookie:x=1',
  'javascript:alert(1)',
  'http:evil.example',
  '/..//evil.example',
  '/auth/logout',
  '/auth/login',
]

/** Login, callback and logout. */
export function describeLogin(start: StartApp): void {
  describe('login', () => {
    let setup: Setup
    const undo: (() => void)[] = []
    beforeAll(async () => {
      setup = await setUp(start)
    })
    afterEach(() => {
      for (const remove of undo.splice(0)) remove()
    })
    afterAll(() => setup.close())

    const at = (path: string): string => `${setup.app.url}${path}`
    const readOrganization = async (browser: Browser): Promise<unknown> =>
      JSON.parse((await browser.fetch(at('/api/me'))).text).session.organization
    const countCodes = (): number =>
      setup.issuer.requests.filter(({ grantType }) => grantType === 'authorization_code').length

    it('AR-01 asks for a code with PKCE S256, a state and a nonce, new each time', async () => {
      const urls = await Promise.all(
        [1, 2].map(async () => new URL(follow(await createBrowser().send(at('/auth/login'))))),
      )
      for (const { searchParams } of urls) {
        expect(searchParams.get('response_type')).toBe('code')
        expect(searchParams.get('code_challenge_method')).toBe('S256')
      }
      for (const name of ['state', 'nonce', 'code_challenge']) {
        const [one, two] = urls.map(({ searchParams }) => searchParams.get(name) ?? '')
        expect(one?.length).toBeGreaterThanOrEqual(22)
        expect(one).not.toBe(two)
      }
    })

    it('AR-04 lets no query replace what the request says', async () => {
      const forged =
        'redirect_uri=https://evil.example&client_id=x&state=x&nonce=x&code_challenge=x'
      const { searchParams } = new URL(
        follow(await createBrowser().send(at(`/auth/login?${forged}`))),
      )
      expect(searchParams.getAll('redirect_uri')).toEqual([at('/auth/callback')])
      expect(searchParams.getAll('client_id')).toEqual(['contract'])
      expect(searchParams.get('state')).not.toBe('x')
    })

    it('AR-07 takes no origin from forwarded headers', async () => {
      const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
      const page = await createBrowser().send(at('/auth/login'), { headers })
      expect(new URL(follow(page)).searchParams.get('redirect_uri')).toBe(at('/auth/callback'))
    })

    it('AR-09 keeps the cookies of forty abandoned logins small', async () => {
      const browser = createBrowser()
      for (let count = 0; count < 40; count += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
        await browser.send(at('/auth/login'))
      }
      expect(browser.cookieHeader().length).toBeLessThan(8192)
    })

    it.each([
      { 'sec-purpose': 'prefetch' },
      { purpose: 'prefetch' },
      { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' },
    ])('AR-10 AR-19 starts no login and ends no session for %o', async (headers) => {
      const login = await createBrowser().send(at('/auth/login'), { headers })
      expect(login.headers.has('location')).toBe(false)
      expect(login.headers.getSetCookie()).toEqual([])
      const browser = await setup.signIn()
      await browser.send(at('/auth/logout'), { headers })
      expect((await browser.send(at('/dashboard'))).status).toBe(200)
    })

    it('AR-14 hides its cookies from scripts and other sites', async () => {
      const page = await createBrowser().send(at('/auth/login'))
      expect(page.headers.getSetCookie()).not.toEqual([])
      for (const cookie of page.headers.getSetCookie()) {
        expect(cookie).toMatch(/; HttpOnly/)
        expect(cookie).toMatch(/; SameSite=Lax/)
        expect(cookie).not.toMatch(/; Domain/)
      }
    })

    it('lets three logins at once each land on their own page', async () => {
      const browser = createBrowser()
      const paths = ['/dashboard?tab=1', '/reports', '/organizations']
      const forms: Page[] = []
      for (const path of paths) {
        const query = new URLSearchParams({ returnTo: path }).toString()
        // oxlint-disable-next-line no-await-in-loop -- all three forms are open before one is sent
        forms.push(await browser.visit(at(`/auth/login?${query}`)))
      }
      for (const [index, form] of forms.entries()) {
        // oxlint-disable-next-line no-await-in-loop -- a person sends them one after the other
        expect((await enter(browser, form)).url).toBe(at(paths[index] ?? ''))
      }
    })

    it.each(baits)('RD-01 RD-06 ends on its own origin for returnTo %j', async (bait) => {
      const browser = createBrowser()
      const query = new URLSearchParams({ returnTo: bait }).toString()
      const page = await enter(browser, await browser.visit(at(`/auth/login?${query}`)))
      expect(new URL(page.url).origin).toBe(setup.app.url)
      expect(new URL(page.url).pathname).not.toMatch(/^\/auth\//)
    })

    it('CB-01 CB-16 refuses a forged state and keeps the genuine login', async () => {
      const browser = createBrowser()
      const form = await browser.visit(at('/auth/login?returnTo=/dashboard'))
      const before = countCodes()
      const forged = await browser.send(at('/auth/callback?code=x&state=forged'))
      expect(forged.status).toBe(400)
      expect(countCodes()).toBe(before)
      expect((await enter(browser, form)).url).toBe(at('/dashboard'))
    })

    it.each(['', '?code=x', '?state=x', '?code=x&state=a&state=b', '?code=a&code=b&state=x'])(
      'CB-02 CB-13 CB-23 refuses the callback %j without a loop',
      async (query) => {
        const page = await createBrowser().send(at(`/auth/callback${query}`))
        expect(page.status).toBe(400)
        expect(page.headers.has('location')).toBe(false)
      },
    )

    it.each(['access_denied', 'login_required'])('CB-15 shows %s on a page', async (error) => {
      const browser = createBrowser()
      const state = new URL(follow(await browser.send(at('/auth/login')))).searchParams.get('state')
      const query = new URLSearchParams({ error, state: state ?? '', iss: setup.issuer.url })
      const page = await browser.send(at(`/auth/callback?${query.toString()}`))
      expect(page.headers.has('location')).toBe(false)
      expect(page.text).toMatch(new RegExp(`data-testid="error-code">${error}<`))
    })

    it('CB-05 CB-06 sends a code once, for parallel callbacks and a replay', async () => {
      const browser = createBrowser()
      const callback = await stopAtCallback(setup, browser)
      const before = countCodes()
      const copy = createBrowser(browser.cookies)
      await Promise.all([browser.send(callback), copy.send(callback)])
      await browser.send(callback)
      expect(countCodes()).toBe(before + 1)
      expect((await browser.send(at('/dashboard'))).status).toBe(200)
    })

    it('refuses a callback in a browser that did not begin the login', async () => {
      const callback = await stopAtCallback(setup, createBrowser())
      const other = createBrowser()
      expect((await other.send(callback)).status).toBe(400)
      expect((await other.send(at('/dashboard'))).status).toBe(302)
    })

    it('CB-30 CS-06 sends the security headers with its pages', async () => {
      const { headers } = await createBrowser().send(at('/auth/callback'))
      expect(headers.get('cache-control')).toContain('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toMatch(
        /default-src 'none'.*frame-ancestors 'none'/,
      )
    })

    it.each([
      ['POST', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
      ['POST', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
      ['POST', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:1' }],
      ['GET', { 'sec-fetch-site': 'cross-site' }],
    ] as const)('CS-01 CS-02 is not signed out by a forged %s %o', async (method, headers) => {
      const browser = await setup.signIn()
      await browser.send(at('/auth/logout'), { method, headers })
      expect((await browser.send(at('/dashboard'))).status).toBe(200)
    })

    it('LO-01 RD-08 ends the session, then the one at the issuer, and comes back', async () => {
      const browser = await setup.signIn()
      const headers = { origin: setup.app.url }
      const page = await browser.send(at('/auth/logout'), { method: 'POST', headers })
      const target = new URL(follow(page))
      expect(page.status).toBe(303)
      expect(target.origin + target.pathname).toBe(`${setup.issuer.url}/logout`)
      expect(target.searchParams.get('redirect')).toBe(setup.app.url)
      expect((await browser.send(at('/dashboard'))).status).toBe(302)
    })

    it('ID-36 signs nobody in to an organization that is not theirs', async () => {
      const browser = createBrowser()
      const form = await browser.visit(at('/auth/login?org_code=org_globex'))
      await enter(browser, form, 'owner@example.com')
      expect((await browser.fetch(at('/api/me'))).status).toBe(401)
    })

    it('switches the organization', async () => {
      const browser = await setup.signIn('both@example.com')
      await browser.visit(
        at('/auth/switch-organization?org_code=org_globex&returnTo=/organizations'),
      )
      const { text } = await browser.fetch(at('/api/me'))
      expect(JSON.parse(text).session.organization.code).toBe('org_globex')
    })

    it('creates an organization and signs in to it', async () => {
      const browser = await setup.signIn('member@example.com')
      const before = await readOrganization(browser)
      await browser.visit(at('/auth/create-organization?org_name=Initech&returnTo=/organizations'))
      const after = await readOrganization(browser)
      expect(after).toMatchObject({ name: 'Initech' })
      expect(after).not.toEqual(before)
    })

    it('opens the portal of whoever is signed in, with the way back to this site', async () => {
      const browser = await setup.signIn()
      const portal = await browser.visit(at('/auth/portal?subnav=profile&returnTo=/dashboard'))
      expect(portal.status).toBe(200)
      expect(portal.url.startsWith(`${setup.issuer.url}/`)).toBe(true)
      expect(portal.text).toContain('owner@example.com')
      expect(portal.text).toContain(`href="${at('/dashboard')}"`)
    })

    it('leads to a sign-in and then to the portal when nobody is signed in', async () => {
      const browser = createBrowser()
      const portal = await enter(browser, await browser.visit(at('/auth/portal')))
      expect(portal.status).toBe(200)
      expect(new URL(portal.url).pathname).toBe('/portal_redirect')
    })

    it('answers a login with 503 and Retry-After while the issuer is down', async () => {
      const broken = await setUp(start)
      undo.push(broken.issuer.intercept(() => new Response('down', { status: 500 })))
      const page = await createBrowser().send(`${broken.app.url}/auth/login`)
      await broken.close()
      expect(page.status).toBe(503)
      expect(page.headers.has('retry-after')).toBe(true)
    })
  })
}
