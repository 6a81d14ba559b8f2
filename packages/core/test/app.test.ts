import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBackendApp, createFetchHandler } from '../src/backend-app.ts'
import { makeCookie } from '../src/cookies.ts'
import { TrefoilError } from '../src/errors.ts'
import { type Browser, createBrowser, fetched } from './browser.ts'
import { createSite, type Site } from './site.ts'
import { options } from './settings.ts'
import { createView } from './view.ts'

describe('an app', () => {
  it('reads nothing when it is made, and names every problem when it is used', () => {
    const app = createBackendApp({ env: {} })
    expect(() => app.configure()).toThrow(/KINDE_ISSUER_URL[^]*KINDE_CLIENT_ID[^]*TREFOIL_SECRET/)
  })

  it('CF-01 knows its options', () => {
    expect(() => createBackendApp(Object.assign({}, options, { isuer: 'x' }))).toThrow('"isuer"')
  })

  it('tells a visitor that the settings are incomplete, and the operator which', async () => {
    const lines: string[] = []
    vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line))
    const app = createBackendApp({ env: {} })
    const outcome = await app.handle(
      createView(undefined, { url: 'https://app.example/auth/login' }),
    )
    expect(outcome).toMatchObject({ status: 500, error: { code: 'configuration_invalid' } })
    expect(outcome?.body).not.toContain('KINDE')
    expect(lines.join('\n')).toContain('KINDE_ISSUER_URL')
  })
  afterEach(() => vi.restoreAllMocks())

  it('links home from every error page to where a login ends, once that is known', async () => {
    const site = await createSite({ postLoginRedirectUrl: '/home' })
    expect((await site.browser.go('/auth/callback')).body).toContain('href="/home"')
    const page = site.app.renderError(site.browser.view('/'), new TrefoilError('access_denied'))
    expect(page.body).toContain('href="/home"')
    const unset = createBrowser(site.another({ postLoginRedirectUrl: '/home', clientId: '' }))
    expect((await unset.go('/auth/login')).body).toContain('href="/"')
  })

  it('leaves every path that is not its own to others', async () => {
    const { app } = await createSite()
    for (const path of ['/', '/auth', '/auth/', '/auth/other', '/authx/login', '/auth/login/']) {
      const view = createView(undefined, { url: `https://app.example${path}` })
      expect(await app.handle(view)).toBeUndefined()
    }
  })

  it('moves with its base path', async () => {
    const site = await createSite({ basePath: '/site/auth' })
    const outcome = await site.signIn(site.browser, '/site/auth/login')
    expect(outcome).toMatchObject({ status: 302, location: '/' })
  })

  it('answers what is no URL with 400', async () => {
    const { app } = await createSite()
    expect(await app.handle(createView(undefined, { url: 'http://[' }))).toMatchObject({
      status: 400,
    })
  })

  it('throws on what is not its error', async () => {
    const { app } = await createSite()
    expect(() => app.renderError(createView(), new RangeError('a bug'))).toThrow('a bug')
  })

  it('CS-06 CS-07 makes a page for people and JSON for programs of an error', async () => {
    const { app } = await createSite()
    const error = new TrefoilError('session_store_unavailable', {
      cause: new Error('<b>inside</b>'),
    })
    const page = app.renderError(createView(), error)
    expect(page).toMatchObject({ status: 503, headers: { 'x-frame-options': 'DENY' } })
    expect(page.headers['content-security-policy']).toMatch(
      /default-src 'none'.*frame-ancestors 'none'/,
    )
    expect(page.body).not.toMatch(/inside|<script/)
    const body = JSON.parse(app.renderError(createView(fetched), error).body ?? '')
    expect(body).toEqual({
      error: {
        code: 'session_store_unavailable',
        message: expect.any(String),
        wayOut: expect.any(String),
      },
    })
  })
})

describe('a guard', () => {
  let site: Site
  let browser: Browser
  beforeEach(async () => {
    site = await createSite()
    browser = site.browser
  })
  const guard = async (
    url: string,
    requirement = {},
    request = {},
  ): Promise<ReturnType<typeof site.app.guard>> => {
    const view = browser.view(url, request)
    return site.app.guard(view, await site.app.read(view), requirement)
  }

  it('sends a person to the login and back to the page with its query', async () => {
    const outcome = await guard('/reports?page=2')
    expect(outcome).toMatchObject({
      status: 302,
      location: '/auth/login?returnTo=%2Freports%3Fpage%3D2',
      headers: { 'cache-control': 'private, no-store', vary: 'Cookie' },
    })
    const landed = await site.signIn(browser, outcome?.location)
    expect(landed.location).toBe('/reports?page=2')
    expect(await guard('/reports?page=2')).toBeUndefined()
  })

  it('RD-09 answers a program with 401, a challenge and where to log in', async () => {
    const outcome = await guard('/api/reports', {}, { headers: fetched })
    expect(outcome?.status).toBe(401)
    expect(outcome?.headers['www-authenticate']).toBe(
      'Cookie realm="trefoil", form-action="/auth/login"',
    )
    expect(JSON.parse(outcome?.body ?? '')).toMatchObject({
      error: { code: 'not_authenticated', loginUrl: '/auth/login?returnTo=%2Fapi%2Freports' },
    })
  })

  it('RD-10 sends a form without a session to the login with 303 and does not repeat it', async () => {
    expect(await guard('/reports', {}, { method: 'POST' })).toMatchObject({
      status: 303,
      location: '/auth/login',
    })
  })

  it('RD-10 sends a program that posts to a login that comes back to nothing', async () => {
    const outcome = await guard('/api/reports', {}, { method: 'POST', headers: fetched })
    expect(JSON.parse(outcome?.body ?? '')).toMatchObject({ error: { loginUrl: '/auth/login' } })
  })

  it('sends along the cookies that are owed, and none when there are none', async () => {
    const { session, cookies } = await site.app.read(browser.view('/'))
    const owed = makeCookie({ name: 'trefoil', secure: true, sameSite: 'lax' }, 'a', 'b', 60)
    const view = browser.view('/reports')
    expect(site.app.guard(view, { session, cookies: [owed] })?.cookies).toEqual([owed])
    expect(site.app.guard(view, { session })?.cookies).toEqual([])
    expect(cookies).toEqual([])
  })

  it('refuses who lacks a right, names it, and tells', async () => {
    await site.signIn()
    expect(await guard('/x', { permissions: ['write:reports'] })).toMatchObject({
      status: 403,
      error: { code: 'access_denied', missing: { permissions: ['write:reports'] } },
      headers: { 'cache-control': 'private, no-store' },
    })
    expect(site.events.at(-1)).toMatchObject({
      type: 'refused',
      subject: 'kp_1',
      code: 'access_denied',
      error: { code: 'access_denied', missing: { permissions: ['write:reports'] } },
    })
    expect(
      await guard('/x', { permissions: ['read:reports'], flags: ['beta_dashboard'] }),
    ).toBeUndefined()
  })

  it('does not let a requirement pass that it does not know', async () => {
    await site.signIn()
    await expect(guard('/x', { permission: ['read:reports'] })).rejects.toMatchObject({
      code: 'configuration_invalid',
    })
  })
})

describe('a fetch handler', () => {
  it('answers requests with responses, and 404 what is not its own', async () => {
    const { app } = await createSite()
    const handler = createFetchHandler(app)
    const response = await handler(new Request('https://app.example/auth/session'))
    expect(await response.json()).toEqual({ session: null })
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect((await handler(new Request('https://app.example/'))).status).toBe(404)
  })

  it('SE-18 CS-09 sets each cookie in a header of its own', async () => {
    const site = await createSite()
    const handler = createFetchHandler(site.app)
    const headers = { accept: 'text/html' }
    const begun = await handler(new Request('https://app.example/auth/login', { headers }))
    const [cookie = ''] = begun.headers.getSetCookie()
    expect(cookie).toMatch(
      /^__Host-trefoil\.transaction\.[\w-]+=[\w.-]+; Path=\/; Max-Age=600; HttpOnly; Secure; SameSite=Lax$/,
    )
    const url = await site.server.authorize(begun.headers.get('location') ?? '')
    const done = await handler(
      new Request(url, { headers: { ...headers, cookie: cookie.split(';')[0] ?? '' } }),
    )
    expect(done.headers.getSetCookie()).toHaveLength(3)
    expect(done.headers.get('location')).toBe('/')
  })

  it('lets a bug be a bug', async () => {
    const handler = createFetchHandler({
      ...createBackendApp(options),
      handle: async () => {
        throw new RangeError('a bug')
      },
    })
    await expect(handler(new Request('https://app.example/'))).rejects.toThrow('a bug')
  })
})

describe('ER-02 CF-04 nothing secret', () => {
  it('is in a body, a header, a URL, an event, an error or a log line of a whole run', async () => {
    const lines: string[] = []
    for (const name of ['error', 'log', 'warn', 'info', 'debug'] as const) {
      vi.spyOn(console, name).mockImplementation(
        (...parts: unknown[]) => void lines.push(parts.join(' ')),
      )
    }
    const site = await createSite()
    const { browser } = site
    const sealed = new Set<string>()
    const visit = async (
      url: string,
      headers?: Record<string, string>,
      method = 'GET',
    ): Promise<void> => {
      await browser.go(url, { method, ...(headers && { headers }) })
      for (const value of browser.jar.values()) sealed.add(value)
    }
    await site.signIn()
    await visit('/auth/session', fetched)
    await visit('/auth/portal')
    await visit('/auth/callback?code=stolen&state=unknown')
    site.wait(3600)
    await visit('/auth/session', fetched)
    await browser.open('/', { force: true })
    site.server.endGrants()
    await browser.open('/', { force: true })
    await site.signIn()
    const denied = await browser.go('/auth/login')
    await browser.go(site.server.refuse(denied.location, 'access_denied'))
    site.server.refreshed = { id_token: 'broken.token.here' }
    await browser.open('/', { force: true })
    await visit('/auth/logout', { 'sec-fetch-site': 'same-origin' }, 'POST')
    const quiet = createBrowser(
      createBackendApp({ ...options, fetch: site.provider.fetch, clock: site.now }),
    )
    site.provider.on('/oauth2/token', () =>
      Response.json({ error: 'invalid_client' }, { status: 401 }),
    )
    await site.signIn(quiet)
    vi.restoreAllMocks()

    const outcomes = [...browser.outcomes, ...quiet.outcomes]
    const told = [
      ...outcomes.flatMap(({ body = '', location = '', headers }) => [
        body,
        location,
        ...Object.values(headers),
      ]),
      ...outcomes.flatMap(({ error }) => describeError(error)),
      ...site.events.flatMap((event) => [JSON.stringify(event), ...describeError(event.error)]),
      ...lines,
    ]
    expect(told.length).toBeGreaterThan(100)
    expect(lines.length).toBeGreaterThan(0)
    const secret = [...site.server.secrets].filter((text) => text !== '')
    expect(secret.length).toBeGreaterThan(12)
    for (const text of [...secret, ...sealed]) {
      expect(told.filter((one) => one.includes(text))).toEqual([])
    }
    for (const value of outcomes.flatMap(({ cookies }) => cookies.map((one) => one.value))) {
      expect(secret.filter((text) => value.includes(text))).toEqual([])
    }
  })
})

/** Every text of an error and of its causes, own properties included. */
function describeError(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 5) return []
  const own = Object.entries(error).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return [error.message, error.stack ?? '', ...own, ...describeError(error.cause, depth + 1)]
}
