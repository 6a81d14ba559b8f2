import { TrefoilError } from '@trefoil/core'
import type { NextFunction, Request, Response } from 'express'
import { afterEach, describe, expect, it } from 'vitest'
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

  it('refuses to start with an incomplete configuration, naming every problem', () => {
    expect(() => trefoil({ env: {} })).toThrow(/KINDE_CLIENT_ID[\s\S]*TREFOIL_SECRET/)
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

  it('tightens the caching of an answer that read the session, and of no other', async () => {
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

  it('delivers the cookies of a renewal, also past a handler that overwrites Set-Cookie', async () => {
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

  it('renews nothing after the headers are sent, and does not crash', async () => {
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

  it('reports a store that is down as 503 with the status on the error', async () => {
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

  it('serves its routes on a sub-router and returns below it', async () => {
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
