import express, { type Express, type Request, type RequestHandler } from 'express'
import type { Contender, SessionSetup } from '../harness/contender.ts'
import { loadPeer } from '../harness/peers.ts'
import { connectRedis } from '../harness/redis-store.ts'
import { fetchTokens, readSubject } from '../harness/tokens.ts'

/** express-session with connect-redis: what most Express applications keep sessions in. */
export const contender: Contender = {
  session: { places: ['redis'], make },
  install: {
    packages: ['express-session', 'connect-redis', 'redis'],
    modules: ['express-session', 'connect-redis', 'redis'],
  },
}

interface Session {
  user?: string
  tokens?: object
}

type SessionRequest = Request & { session?: Session }

async function make({ issuer, secret, redisUrl }: SessionSetup): Promise<Express> {
  const { default: session } = await loadPeer<{ default: (options: object) => RequestHandler }>(
    'express-session',
  )
  const { RedisStore } = await loadPeer<{ RedisStore: new (options: object) => object }>(
    'connect-redis',
  )
  const store = new RedisStore({ client: await connectRedis(redisUrl) })
  const app = express()
  app.use(session({ store, secret, resave: false, saveUninitialized: false }))
  app.get('/login', async (req: SessionRequest, res) => {
    const tokens = await fetchTokens(issuer)
    Object.assign(readSession(req), { user: readSubject(tokens.id_token), tokens })
    res.redirect('/me')
  })
  app.get('/me', (req: SessionRequest, res) => {
    res.json({ user: readSession(req).user ?? null })
  })
  return app
}

function readSession(req: SessionRequest): Session {
  if (!req.session) throw new Error('express-session made no session')
  return req.session
}
