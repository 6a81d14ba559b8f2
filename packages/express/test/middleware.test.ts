import { createMemoryStore, TrefoilError } from '@trefoil/core'
import type { BackendApp } from '@trefoil/core/backend'
import type { NextFunction, Request, Response } from 'express'
import { afterEach, describe, expect, it } from 'vitest'
import { createFakeProvider, paths } from '../../core/test/fake-provider.ts'
import { getAuth } from '../src/auth.ts'
import { errorHandler } from '../src/error-handler.ts'
import { requireAuth } from '../src/require-auth.ts'
import { trefoil } from '../src/trefoil.ts'
import { cookie, options, scriptApp } from './app.ts'
import { type Express, frameworks } from './frameworks.ts'
import { serve, type Served } from './serve.ts'

const page = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
const privately = { 'cache-control': 'private, no-store' }

describe.each(frameworks)('%s', (_name, express) => {
  let served: Served | undefined
  afterEach(async () => served?.close())

  async function start(build: (app: Express) => void): Promise<Served> {
    const app = express()
    app.set('env', 'test')
    build(app)
    served = await serve(app)
    return served
  }

  it('SE-09 refuses to start with an incomplete configuration, naming every problem', () => {
    expect(() => trefoil({ env: {} })).toThrow(/KINDE_CLIENT_ID[\s\S]*TREFOIL_SECRET/)
  })

  it('refuses options that an app beside them would leave without effect, and names them', () => {
    const app = scriptApp()
    const session = { store: createMemoryStore() }
    expect(() => trefoil({ app, session, siteUrl: 'https://app.example' })).toThrow(
      /session: it has no effect beside app[\s\S]*siteUrl: it has no effect/,
    )
    expect(() => trefoil({ app, onError: () => undefined })).not.toThrow()
  })

  it('RF-07 says that a session was kept although its renewal failed, and why', async () => {
    const error = new TrefoilError('provider_unavailable')
    const { get } = await start((app) => {
      app.use(trefoil({ app: scriptApp({ state: 'kept', error }) }))
      app.get('/', (req, res) => {
        const auth = getAuth(req)
        res.json([auth.isAuthenticated, auth.state, auth.error?.code])
      })
    })
    const { body, headers } = await get('/')
    expect(JSON.parse(body)).toEqual([true, 'kept', 'provider_unavailable'])
    expect(headers).toMatchObject(privately)
  })

  it('asks the provider about the user, in the name of the session', async () => {
    const asked: unknown[] = []
    const { get } = await start((app) => {
      const script = scriptApp()
      const userinfo: BackendApp['userinfo'] = async (authentication) => {
        asked.push(authentication.getAccessToken())
        return { sub: 'kp_1', locale: 'en' }
      }
      app.use(trefoil({ app: { ...script, userinfo } }))
      app.get('/', (req, res, next) => {
        const { userinfo: ask } = getAuth(req)
        ask().then((claims) => res.json(claims), next)
      })
    })
    const { body, headers } = await get('/')
    expect(JSON.parse(body)).toEqual({ sub: 'kp_1', locale: 'en' })
    expect(asked).toEqual(['access-token'])
    expect(headers).toMatchObject(privately)
  })

  it('calls an API in the name of the session', async () => {
    const sent: unknown[] = []
    const { get } = await start((app) => {
      const send: BackendApp['fetch'] = async (authentication, url) => {
        sent.push([authentication.getAccessToken(), String(url)])
        return new Response(null, { status: 204 })
      }
      app.use(trefoil({ app: { ...scriptApp(), fetch: send } }))
      app.get('/', (req, res, next) => {
        const { fetch: call } = getAuth(req)
        call('https://api.example/reports').then(({ status }) => res.json(status), next)
      })
    })
    const { body, headers } = await get('/')
    expect(JSON.parse(body)).toBe(204)
    expect(sent).toEqual([['access-token', 'https://api.example/reports']])
    expect(headers).toMatchObject(privately)
  })

  it('says how to mount trefoil() when req.auth is missing', async () => {
    const { get } = await start((app) => {
      app.get('/', (req, res) => res.send(getAuth(req).user?.name))
      app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
        res.status(500).send(error.message)
      })
    })
    expect((await get('/')).body).toContain('app.use(trefoil())')
  })

  it('offers the session and its rights', async () => {
    const { get } = await start((app) => {
      app.use(trefoil({ app: scriptApp() }))
      app.get('/', (req, res) => {
        const auth = getAuth(req)
        res.json([
          auth.isAuthenticated,
          auth.user?.name,
          auth.can('read:reports'),
          auth.can('write:reports'),
          auth.hasRole('owner'),
          auth.flag('theme', 'light'),
          auth.flag('theme', false),
          auth.getAccessToken(),
        ])
      })
    })
    const { body } = await get('/')
    expect(JSON.parse(body)).toEqual([
      true,
      'Olivia Owner',
      true,
      false,
      true,
      'dark',
      false,
      'access-token',
    ])
  })

  it('GU-13 tightens the caching of an answer that read the session, and of no other', async () => {
    const { get } = await start((app) => {
      app.use(trefoil({ app: scriptApp() }))
      app.use((_req, res, next) => {
        res.set({ 'cache-control': 'public, max-age=60', vary: 'Accept' })
        next()
      })
      app.get('/public', (_req, res) => res.send('public'))
      app.get('/mine', (req, res) => res.send(getAuth(req).user?.name))
      app.get('/late', (req, res) => {
        void getAuth(req).session
        res.writeHead(200, { 'cache-control': 'public', 'x-own': 'kept' }).end('late')
      })
    })
    expect((await get('/public')).headers).toMatchObject({ 'cache-control': 'public, max-age=60' })
    const mine = await get('/mine')
    expect(mine.headers).toMatchObject({ ...privately, vary: 'Accept, Cookie' })
    expect((await get('/late')).headers).toMatchObject({ ...privately, 'x-own': 'kept' })
  })

  it('SE-18 delivers the cookies of a renewal, also past a handler that overwrites Set-Cookie', async () => {
    const { get } = await start((app) => {
      app.use(trefoil({ app: scriptApp({ state: 'renewed', cookies: [cookie] }) }))
      app.get('/', (_req, res) => {
        res.setHeader('set-cookie', 'own=1')
        res.writeHead(200).end('streamed')
      })
    })
    const { headers } = await get('/')
    expect(headers['set-cookie']).toEqual([
      'own=1',
      'trefoil.session=renewed; Path=/; HttpOnly; SameSite=Lax',
    ])
    expect(headers).toMatchObject(privately)
  })

  it('SE-17 renews nothing after the headers are sent, and does not crash', async () => {
    const app = scriptApp()
    const { get } = await start((server) => {
      server.use(trefoil({ app }))
      server.get('/', async (req, res) => {
        res.write('first ')
        await getAuth(req).refresh()
        res.end('last')
      })
    })
    expect((await get('/')).body).toBe('first last')
    expect(app.calls).toEqual(['refresh'])
  })

  it('renews for pages and fetches, and only reads for images and prefetches', async () => {
    const app = scriptApp()
    const { get } = await start((server) => {
      server.use(trefoil({ app }))
      server.use((_req, res) => res.send('ok'))
    })
    await get('/', page)
    await get('/', { 'sec-fetch-dest': 'empty' })
    await get('/', { 'sec-fetch-dest': 'image' })
    await get('/', { ...page, 'sec-purpose': 'prefetch' })
    expect(app.calls).toEqual(['refresh', 'refresh', 'read', 'read'])
  })

  it('sends a signed-out page request to the login and back, and answers others with 401', async () => {
    const { get } = await start((app) => {
      app.use(trefoil(options))
      app.get('/dashboard', requireAuth(), (_req, res) => res.send('secret'))
    })
    const redirected = await get('/dashboard?tab=1', page)
    expect(redirected.status).toBe(302)
    expect(redirected.headers['location']).toBe('/auth/login?returnTo=%2Fdashboard%3Ftab%3D1')
    expect(redirected.headers).toMatchObject(privately)
    const refused = await get('/dashboard')
    expect(refused.status).toBe(401)
    expect(refused.headers['www-authenticate']).toBeTruthy()
    expect(JSON.parse(refused.body).error.code).toBe('not_authenticated')
  })

  it('gives next a 403 that names what is missing', async () => {
    const { get } = await start((app) => {
      app.use(trefoil({ app: scriptApp() }))
      app.get('/beta', requireAuth({ flags: ['beta'] }), (_req, res) => res.send('secret'))
      app.use(errorHandler())
    })
    const refused = await get('/beta')
    expect(refused.status).toBe(403)
    expect(refused.headers).toMatchObject(privately)
    expect(JSON.parse(refused.body).error.missing).toEqual({ flags: ['beta'] })
    expect((await get('/beta', page)).body).toContain('data-testid="error-code"')
  })

  it('SE-20 reports a store that is down as 503 with the status on the error', async () => {
    const { get } = await start((app) => {
      const down = scriptApp()
      down.refresh = async () => {
        throw new TrefoilError('session_store_unavailable')
      }
      app.use(trefoil({ app: down }))
      app.get('/', (_req, res) => res.send('never'))
    })
    expect((await get('/')).status).toBe(503)
  })

  it('passes errors of others on', async () => {
    const { get } = await start((app) => {
      app.use(trefoil({ app: scriptApp() }))
      app.get('/', () => {
        throw Object.assign(new Error('own'), { status: 418 })
      })
      app.use(errorHandler())
    })
    expect((await get('/')).status).toBe(418)
  })

  it('lets the app render what goes wrong on the routes', async () => {
    const { get } = await start((app) => {
      app.use(
        trefoil({
          ...options,
          onError: (error, _req, res) => void res.status(299).send(error.code),
        }),
      )
    })
    const answer = await get('/auth/callback', page)
    expect([answer.status, answer.body]).toEqual([299, 'callback_invalid'])
    expect(answer.headers).toMatchObject(privately)
  })

  it('GU-16 serves its routes on a sub-router and returns below it', async () => {
    const { get } = await start((app) => {
      const sub = express.Router()
      sub.use(trefoil({ ...options, basePath: '/app/auth' }))
      sub.get('/dashboard', requireAuth(), (_req, res) => res.send('secret'))
      app.use('/app', sub)
    })
    expect(JSON.parse((await get('/app/auth/session')).body)).toEqual({ session: null })
    expect((await get('/app/dashboard', page)).headers['location']).toBe(
      '/app/auth/login?returnTo=%2Fapp%2Fdashboard',
    )
  })

  it.each([
    [{ siteUrl: 'http://app.example' }, /KINDE_SITE_URL.*https/],
    [{ siteUrl: 'https://app.example' }, /KINDE_SITE_URL.*issuer is on this machine/],
    [
      {
        siteUrl: 'https://app.example',
        issuer: 'https://x.kinde.com',
        secret: 'example-'.repeat(5),
      },
      /TREFOIL_SECRET.*example/,
    ],
  ])('CF-03 refuses to start with %j', (changes, problem) => {
    expect(() => trefoil({ ...options, ...changes })).toThrow(problem)
  })

  it.each([
    '/DASHBOARD',
    '/dashboard/',
    '/%64ashboard',
    '//dashboard',
    '/dashboard/.',
    '/x/../dashboard',
  ])('GU-07 decides for %s as for the route that answers', async (path) => {
    const { get } = await start((app) => {
      app.use(trefoil(options))
      app.get('/dashboard', requireAuth(), (_req, res) => res.send('secret'))
    })
    const answer = await get(path)
    expect([401, 404]).toContain(answer.status)
    expect(answer.body).not.toContain('secret')
  })

  it('GU-07 decides by the route that answers also after a rewrite of the URL', async () => {
    const { get } = await start((app) => {
      app.use(trefoil(options))
      app.use((req, _res, next) => {
        req.url = '/dashboard'
        next()
      })
      app.get('/dashboard', requireAuth(), (_req, res) => res.send('secret'))
    })
    expect((await get('/public')).status).toBe(401)
  })

  it('SE-34 takes a forwarded origin only from a trusted proxy, and only one that is allowed', async () => {
    const provider = await createFakeProvider()
    const redirectUri = async (trust: boolean, host: string): Promise<string | null> => {
      const { get } = await start((app) => {
        app.set('trust proxy', trust ? 'loopback' : false)
        app.use(
          trefoil({
            ...options,
            issuer: provider.issuer,
            fetch: provider.fetch,
            allowedOrigins: ['https://preview.example'],
            siteUrl: 'https://app.example',
          }),
        )
      })
      const answer = await get('/auth/login', {
        ...page,
        'x-forwarded-host': host,
        'x-forwarded-proto': 'https',
      })
      await served?.close()
      served = undefined
      return new URL(String(answer.headers['location'])).searchParams.get('redirect_uri')
    }
    const own = 'https://app.example/auth/callback'
    expect(await redirectUri(false, 'preview.example')).toBe(own)
    expect(await redirectUri(true, 'evil.example')).toBe(own)
    expect(await redirectUri(true, 'preview.example')).toBe('https://preview.example/auth/callback')
  })

  it('AR-11 refuses an attempt that is older than ten minutes, with a way to start again', async () => {
    const provider = await createFakeProvider()
    let now = Date.now()
    const { get } = await start((app) => {
      const { issuer, fetch } = provider
      app.use(trefoil({ ...options, issuer, fetch, clientId: provider.clientId, clock: () => now }))
    })
    const login = await get('/auth/login', page)
    const authorization = new URL(String(login.headers['location']))
    const cookies = [login.headers['set-cookie']].flat().map((line) => line?.split(';')[0])
    provider.nonce = authorization.searchParams.get('nonce') ?? ''
    const state = authorization.searchParams.get('state') ?? ''
    const query = new URLSearchParams({ code: 'code', state, iss: provider.issuer })
    now += 10 * 60_000
    const answer = await get(`/auth/callback?${query.toString()}`, {
      ...page,
      cookie: cookies.join('; '),
    })
    expect(answer.status).toBe(400)
    expect(answer.body).toMatch(/transaction_missing[\s\S]*|href="\/auth\/login"/)
    expect(provider.to(paths.token)).toEqual([])
  })

  it('GU-18 refuses other methods on its routes with Allow', async () => {
    const { get } = await start((app) => void app.use(trefoil(options)))
    const answer = await get('/auth/session', {}, 'DELETE')
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET'])
  })

  it('answers a malformed Host with 400 and lives on', async () => {
    const { get } = await start((app) => {
      app.use(trefoil(options))
      app.get('/', (_req, res) => res.send('ok'))
    })
    expect((await get('/', { host: 'bad host:x' })).status).toBe(400)
    expect((await get('/')).body).toBe('ok')
  })
})
