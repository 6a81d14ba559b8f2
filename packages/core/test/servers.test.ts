import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BackendApp, createBackendApp, createFetchHandler } from '../src/backend-app.ts'
import { createMemoryStore, toResponse, viewRequest } from '../src/index.ts'
import { createAuthorizationServer } from './authorization-server.ts'
import { createFakeProvider, type FakeProvider } from './fake-provider.ts'
import { ask, createSocketBrowser, type Handler, startServer, type TestServer } from './http.ts'
import { options } from './settings.ts'

/** The dashboard of the README: guarded, and written with the session's cookies. */
async function dashboard(app: BackendApp, request: Request): Promise<Response> {
  const view = viewRequest(request)
  const authentication = await app.refresh(view)
  const refusal = app.guard(view, authentication, { permissions: ['read:reports'] })
  if (refusal) return toResponse(refusal)
  const { session, cookies, headers } = authentication
  return toResponse({ status: 200, headers, cookies, body: `Hello ${session?.user.name}` })
}

/** A site as `node:http` would serve it by hand. */
function plainSite(app: BackendApp): Handler {
  const handle = createFetchHandler(app)
  return async (request) => {
    const { pathname } = new URL(request.url)
    return pathname === '/dashboard' ? dashboard(app, request) : handle(request)
  }
}

/** The same site in Hono. */
function honoSite(app: BackendApp): Handler {
  const handle = createFetchHandler(app)
  const site = new Hono()
  site.all('/auth/*', async (c) => handle(c.req.raw))
  site.get('/dashboard', async (c) => dashboard(app, c.req.raw))
  site.get('/', (c) => c.text('home'))
  return (request) => site.fetch(request)
}

describe.each([
  ['node:http', plainSite],
  ['Hono', honoSite],
])('createFetchHandler with %s, over sockets', (_name, makeSite) => {
  let issuer: TestServer
  let server: TestServer
  let provider: FakeProvider
  beforeEach(async () => {
    issuer = await startServer()
    server = await startServer()
    provider = await createFakeProvider({ issuer: issuer.origin })
    createAuthorizationServer(provider, options.clientSecret ?? '', Date.now)
    provider.on('/logout', ({ url }) =>
      Response.redirect(url.searchParams.get('redirect') ?? '', 302),
    )
    issuer.handler = (request) => provider.fetch(request)
    const app = createBackendApp({
      ...options,
      issuer: issuer.origin,
      siteUrl: server.origin,
      postLogoutRedirectUrl: '/auth/session',
      session: { store: createMemoryStore() },
    })
    server.handler = makeSite(app)
  })
  afterEach(async () => {
    await Promise.all([issuer.close(), server.close()])
  })

  it('signs in, comes back, shows who it is, refreshes and signs out', async () => {
    const browser = createSocketBrowser()
    const cookies = browser.cookies(server.origin)
    const page = await browser.go(`${server.origin}/dashboard?tab=2`)
    expect(page.url.href).toBe(`${server.origin}/dashboard?tab=2`)
    expect(page.body).toBe('Hello Olivia Owner')
    expect(page.headers).toMatchObject({ 'cache-control': 'private, no-store', vary: 'Cookie' })
    expect([...cookies.keys()]).toEqual(['trefoil.session', 'trefoil.logins'])

    const { body } = await browser.go(`${server.origin}/auth/session`)
    expect(JSON.parse(body)).toMatchObject({ session: { user: { id: 'kp_1' } } })

    const headers = { 'sec-fetch-site': 'same-origin' }
    const out = await browser.go(`${server.origin}/auth/logout`, { method: 'POST', headers })
    expect(JSON.parse(out.body)).toEqual({ session: null })
    expect(cookies.size).toBe(0)
    expect(browser.cookies(issuer.origin).size).toBe(0)
  })

  it('CB-15 shows a refused login and a forged logout for what they are', async () => {
    const browser = createSocketBrowser()
    provider.on('/oauth2/auth', ({ url }) => {
      const target = new URL(url.searchParams.get('redirect_uri') ?? '')
      const state = url.searchParams.get('state') ?? ''
      target.search = new URLSearchParams({ error: 'access_denied', state }).toString()
      return Response.redirect(target.href, 302)
    })
    const refused = await browser.go(`${server.origin}/auth/login`)
    expect(refused.status).toBe(400)
    expect(refused.body).toContain('access_denied')
    const headers = { 'sec-fetch-site': 'cross-site' }
    const forged = await browser.go(`${server.origin}/auth/logout`, { method: 'POST', headers })
    expect(forged.status).toBe(403)
  })

  it('LO-10 takes a logout token in the body of a request', async () => {
    const browser = createSocketBrowser()
    await browser.go(`${server.origin}/dashboard`)
    const seconds = Math.floor(Date.now() / 1000)
    const token = await provider.sign(
      {
        iss: provider.issuer,
        aud: provider.clientId,
        sub: 'kp_1',
        iat: seconds,
        exp: seconds + 60,
        jti: crypto.randomUUID(),
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      },
      { typ: 'logout+jwt' },
    )
    const told = await ask(`${server.origin}/auth/backchannel-logout`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ logout_token: token }).toString(),
    })
    expect(told.status).toBe(200)
    const { body } = await browser.go(`${server.origin}/auth/session`)
    expect(JSON.parse(body)).toEqual({ session: null })
  })
})
