import { type Session, type SetCookie, TrefoilError } from '@trefoil/core'
import { type Authentication, type BackendOptions, createBackendApp } from '@trefoil/core/backend'
import { NextRequest, NextResponse } from 'next/server.js'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createProxy } from './create-proxy.ts'
import type { NextHandler } from './continue-request.ts'
import { pathHeader } from './current-request.ts'
import type { ProxyOptions } from './proxy-options.ts'

const options: BackendOptions = {
  name: 'shop',
  issuer: 'https://issuer.example',
  clientId: 'client',
  clientSecret: 'client-secret-0123456789',
  siteUrl: 'http://localhost',
  secret: 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6',
  env: {},
  onEvent: () => undefined,
}
const app = createBackendApp(options)
afterEach(() => {
  vi.restoreAllMocks()
})

const renewed: SetCookie = {
  name: 'shop.session',
  value: 'new',
  path: '/',
  maxAge: 60,
  secure: false,
  httpOnly: true,
  sameSite: 'lax',
}

const olivia: Session = {
  user: {
    id: 'kp_1',
    name: 'Olivia Owner',
    givenName: null,
    familyName: null,
    email: null,
    emailVerified: null,
    picture: null,
  },
  organization: null,
  permissions: ['read:reports'],
  roles: [],
  flags: {},
  scopes: [],
  organizations: [],
  authenticatedAt: 0,
  expiresAt: 9e9,
  accessTokenExpiresAt: 9e9,
}

const nobody: Authentication = {
  session: null,
  state: 'anonymous',
  cookies: [],
  headers: {},
  getAccessToken() {
    throw new TrefoilError('not_authenticated')
  },
}

function renew(cookies: readonly SetCookie[] = [renewed], session: Session | null = null): void {
  const authentication: Authentication = {
    session,
    state: 'renewed',
    cookies,
    headers: {},
    getAccessToken: () => 'token',
  }
  vi.spyOn(app, 'refresh').mockResolvedValue(authentication)
}

async function pass(
  options: ProxyOptions,
  handler?: NextHandler,
  path = '/page',
  forged: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const proxy = createProxy(async () => ({ app, options: {} }), options, handler)
  const headers = { cookie: 'theme=dark; shop.session=old', ...forged }
  return proxy(new NextRequest(`http://localhost${path}`, { headers }))
}

function overridden({ headers }: Response): string[] {
  return headers.get('x-middleware-override-headers')?.split(',') ?? []
}

/** What Next takes for the request's own header. */
function sent(response: Response, name: string): string | null {
  return overridden(response).includes(name)
    ? response.headers.get(`x-middleware-request-${name}`)
    : null
}

describe('the proxy', () => {
  it('RF-05 hands a renewed session to the page and to the browser', async () => {
    renew()
    const response = await pass({ protect: [] })
    expect(sent(response, 'cookie')).toBe('theme=dark; shop.session=new')
    expect(response.headers.getSetCookie()).toEqual([expect.stringContaining('shop.session=new')])
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.headers.get('vary')).toBe('Cookie')
  })

  it('refuses who lacks what the path needs, and passes who has it', async () => {
    const protect = [{ path: '/page', permissions: ['read:reports'] }]
    renew([], { ...olivia, permissions: ['other'] })
    const refused = await pass({ protect })
    expect(refused.status).toBe(403)
    expect(await refused.text()).toContain('read:reports')
    renew([], olivia)
    expect((await pass({ protect })).headers.has('x-middleware-next')).toBe(true)
  })

  it('leaves an answer as it is when nothing was written', async () => {
    renew([])
    const { headers } = await pass({ protect: [] })
    expect([headers.has('cache-control'), headers.has('vary')]).toEqual([false, false])
  })

  it('tells a page its path only where somebody may have to come back to it', async () => {
    renew([], olivia)
    expect(overridden(await pass({ protect: ['/page'] }))).toEqual([])
    vi.spyOn(app, 'refresh').mockResolvedValue({ ...nobody, session: olivia, state: 'kept' })
    expect(sent(await pass({ protect: ['/page'] }, undefined, '/page?a=1'), pathHeader)).toBe(
      '/page?a=1',
    )
    vi.spyOn(app, 'refresh').mockResolvedValue(nobody)
    expect(sent(await pass({ protect: [] }), pathHeader)).toBe('/page')
  })

  it('GU-01 replaces a path that a visitor made up', async () => {
    renew([], olivia)
    const response = await pass({ protect: [] }, undefined, '/page', { [pathHeader]: '/evil' })
    expect(sent(response, pathHeader)).toBe('/page')
  })

  it('asks the core for an answer only where the path may be a route of ours', async () => {
    renew([], olivia)
    vi.spyOn(app, 'handle')
    await pass({ protect: ['/page'] })
    expect(app.handle).not.toHaveBeenCalled()
    await pass({ protect: [] }, undefined, '/auth/session/')
    expect(app.handle).toHaveBeenCalledOnce()
  })

  it.each(['/back', '/back/'])('serves a callback of another path at %s', async (path) => {
    const other = createBackendApp({ ...options, callbackPath: '/back' })
    const proxy = createProxy(async () => ({ app: other, options: {} }), {})
    const response = await proxy(new NextRequest(`http://localhost${path}?state=a&code=b`))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 'transaction_missing' } })
  })

  it('reports what is missing in the configuration, whatever the path', async () => {
    const onEvent = vi.fn()
    const other = createBackendApp({ ...options, secret: '', onEvent })
    const proxy = createProxy(async () => ({ app: other, options: {} }), {})
    expect((await proxy(new NextRequest('http://localhost/page'))).status).toBe(500)
    expect(onEvent).toHaveBeenCalledWith(expect.objectContaining({ code: 'configuration_invalid' }))
  })

  it('does not look at a public path', async () => {
    renew()
    const response = await pass({ public: ['/page'] })
    expect(app.refresh).not.toHaveBeenCalled()
    expect([...response.headers.keys()]).toEqual(['x-middleware-next'])
  })

  it('serves our routes also where everything is public', async () => {
    const response = await pass({ public: ['/:path*'] }, undefined, '/auth/session')
    expect(await response.json()).toEqual({ session: null })
  })

  it('serves our routes there also when basePath is written with a slash at its end', async () => {
    const written = { ...options, basePath: '/auth/' }
    const found = { app: createBackendApp(written), options: written }
    const proxy = createProxy(async () => found, { public: ['/:path*'] })
    const response = await proxy(new NextRequest('http://localhost/auth/session'))
    expect(await response.json()).toEqual({ session: null })
  })

  it('answers trouble of the store for what it is, and lets a mistake of the application through', async () => {
    vi.spyOn(app, 'refresh').mockRejectedValue(new TrefoilError('session_store_unavailable'))
    expect((await pass({ protect: [] })).status).toBe(503)
    vi.spyOn(app, 'refresh').mockRejectedValue(new TypeError('a mistake'))
    await expect(pass({ protect: [] })).rejects.toThrow('a mistake')
  })
})

describe("the application's own proxy", () => {
  it('GU-12 is asked for what goes on, and sees the renewed cookies', async () => {
    renew()
    const handler = vi.fn<NextHandler>(() => undefined)
    const response = await pass({ protect: [] }, handler)
    expect(handler.mock.calls[0]?.[0].cookies.get('shop.session')?.value).toBe('new')
    expect(sent(response, 'cookie')).toContain('shop.session=new')
  })

  it.each<[string, NextHandler]>([
    ['goes on', () => NextResponse.next({ headers: { 'x-own': '1' } })],
    [
      'rewrites',
      (request) =>
        NextResponse.rewrite(new URL('/other', request.url), { headers: { 'x-own': '1' } }),
    ],
  ])('GU-12 %s with the renewed session and its own cookies', async (_name, handler) => {
    renew()
    const withCookie: NextHandler = async (request, context) => {
      const response = await handler(request, context)
      response?.headers.append('set-cookie', 'seen=1; Path=/')
      return response
    }
    const response = await pass({ protect: [] }, withCookie)
    expect(sent(response, 'cookie')).toBe('theme=dark; shop.session=new')
    expect(response.headers.get('x-own')).toBe('1')
    expect(response.headers.getSetCookie()).toEqual([
      'seen=1; Path=/',
      expect.stringContaining('shop.session=new'),
    ])
  })

  it('GU-12 may change the headers of the request, and keeps the renewed session', async () => {
    renew()
    const response = await pass({ protect: [] }, (request) => {
      const headers = new Headers(request.headers)
      headers.set('x-lang', 'en')
      return NextResponse.next({ request: { headers } })
    })
    expect([sent(response, 'x-lang'), sent(response, 'cookie')]).toEqual([
      'en',
      'theme=dark; shop.session=new',
    ])
  })

  it('GU-12 answers by itself, and no request goes on for that', async () => {
    renew()
    const response = await pass({ protect: [] }, () => new Response('own', { status: 418 }))
    expect([response.status, await response.text()]).toEqual([418, 'own'])
    expect(response.headers.has('x-middleware-next')).toBe(false)
    expect(response.headers.has('x-middleware-override-headers')).toBe(false)
    expect(response.headers.getSetCookie()).toHaveLength(1)
  })

  it('is asked on public paths as well, and never for who is refused', async () => {
    renew([])
    const handler = vi.fn<NextHandler>(() => undefined)
    await pass({ public: ['/page'] }, handler)
    expect(handler).toHaveBeenCalledOnce()
    expect((await pass({}, handler)).status).toBe(401)
    expect(handler).toHaveBeenCalledOnce()
  })
})
