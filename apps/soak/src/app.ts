import { createServer, type RequestListener } from 'node:http'
import { createMemoryStore, type SessionStore } from '@trefoil/core'
import { createBackendApp } from '@trefoil/core/backend'
import { createBearerGuard, errorHandler, getAuth, requireAuth, trefoil } from '@trefoil/express'
import express, { type Express, type Request } from 'express'
import { decodeJwt } from 'jose'
import { listen } from './listen.ts'
import { createMeter, type Measure } from './meter.ts'
import { createRedisStore, type RedisStore } from './redis-store.ts'

/** What an app is started with. */
export interface AppSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret?: string
  readonly store?: 'cookie' | 'memory' | 'redis'
  readonly denyList?: 'memory' | 'redis'
  readonly redisUrl?: string
  /** Milliseconds for each request to the issuer. */
  readonly timeout?: number
}

/** An Express app, in this process or in another. */
export interface App {
  readonly url: string
  /** Moves the app's clock by milliseconds. */
  shift(milliseconds: number): Promise<void>
  endSessions(subject: string): Promise<void>
  measure(): Promise<Measure>
  close(): Promise<void>
}

/** What `/page` and `/data` answer with. */
export interface Answer {
  readonly user: string
  readonly email: string
  readonly organization: string
  /** Whose access token it is; only from `/data`. */
  readonly tokenOf?: string
}

/** All apps share it, as the processes of one site do. */
const secret = 'soak-only-0123456789-abcdefghijklmnopqrst'

/** Starts an app in this process, on a free port. */
export async function startApp(settings: AppSettings): Promise<App> {
  let offset = 0
  const meter = createMeter()
  const redis = new Set<RedisStore>()
  const openStore = (kind: 'cookie' | 'memory' | 'redis' | undefined): SessionStore | undefined => {
    if (kind === 'memory') return createMemoryStore()
    if (kind !== 'redis') return undefined
    const store = createRedisStore(settings.redisUrl ?? '')
    redis.add(store)
    return store
  }
  // The site's URL is in the configuration, and with port 0 it is known once the server listens.
  let handler = answerNotYet
  const server = createServer((request, response) => handler(request, response))
  server.keepAliveTimeout = 120_000
  const url = `http://localhost:${await listen(server)}`
  const store = openStore(settings.store)
  const denyList = openStore(settings.denyList)
  const clock = (): number => Date.now() + offset
  const provider = { issuer: settings.issuer, clock, env: {} }
  const app = createBackendApp({
    ...provider,
    name: 'soak',
    clientId: settings.clientId,
    clientSecret: settings.clientSecret ?? 'soak-client-secret-0123456789abcdef',
    siteUrl: url,
    secret,
    ...(settings.timeout !== undefined && { timeout: settings.timeout }),
    session: { ...(store && { store }), ...(denyList && { denyList }) },
    onEvent: (event) => meter.count(event),
  })
  const requireBearer = createBearerGuard({ ...provider, audience: 'https://api.example' })
  const site = express()
  // Nothing is logged: trouble is what most of this is about.
  site.set('env', 'test')
  site.disable('x-powered-by')
  site.get('/public', (_req, res) => void res.send('public'))
  site.get('/api', requireBearer(), (req, res) => void res.json({ user: req.bearer?.subject }))
  site.use(trefoil({ app }))
  addPages(site)
  site.use(errorHandler())
  handler = site

  return {
    url,
    shift: async (milliseconds) => void (offset += milliseconds),
    endSessions: (subject) => app.endSessions({ subject }),
    measure: async () => meter.read(),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await Promise.all([...redis].map((each) => each.close()))
      meter.stop()
    },
  }
}

const answerNotYet: RequestListener = (_request, response) => {
  response.writeHead(503).end()
}

function addPages(site: Express): void {
  site.get('/', (_req, res) => void res.send('home'))
  site.get('/page', requireAuth(), (req, res) => void res.json(describeUser(req)))
  site.get('/renew', requireAuth(), async (req, res) => {
    await getAuth(req).refresh()
    res.json(describeUser(req))
  })
  site.get('/data', requireAuth(), (req, res) => {
    res.json({ ...describeUser(req), tokenOf: decodeJwt(getAuth(req).getAccessToken()).sub })
  })
}

function describeUser(req: Request): Answer {
  const { session } = getAuth(req)
  return {
    user: session?.user.id ?? '',
    email: session?.user.email ?? '',
    organization: session?.organization?.code ?? '',
  }
}
