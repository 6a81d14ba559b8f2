import { createMachineApp } from '@trefoil/core/machine'
import { createBearerGuard, errorHandler, getAuth, trefoil } from '@trefoil/express'
import express, { type Express } from 'express'
import type { Contender, SessionSetup, Setup } from '../harness/contender.ts'
import { createRedisStore } from '../harness/redis-store.ts'

/** Trefoil's Express adapter, and core where there is no framework. */
export const contender: Contender = {
  session: {
    places: ['cookies', 'redis'],
    renews: true,
    signsIn: true,
    remembers: true,
    make: makeSession,
  },
  bearer: { remembers: true, make: makeBearer },
  async machine({ issuer, clientId, clientSecret, audience }) {
    const machine = createMachineApp({ issuer, clientId, clientSecret, audience, env: {} })
    return async () => machine.getAccessToken()
  },
  install: { packages: ['@trefoil/express'], modules: ['@trefoil/express'] },
}

async function makeSession(setup: SessionSetup): Promise<Express> {
  const { issuer, clientId, clientSecret, origin, secret, redisUrl } = setup
  const store = redisUrl === '' ? undefined : await createRedisStore(redisUrl)
  const app = express()
  app.get('/login', (_req, res) => res.redirect('/auth/login?returnTo=/me'))
  app.use(
    trefoil({
      issuer,
      clientId,
      clientSecret,
      secret,
      siteUrl: origin,
      env: {},
      ...(store && { session: { store } }),
    }),
  )
  app.get('/me', (req, res) => {
    res.json({ user: getAuth(req).user?.id ?? null })
  })
  app.use(errorHandler())
  return app
}

async function makeBearer({ issuer, audience }: Setup): Promise<Express> {
  const requireBearer = createBearerGuard({ issuer, audience, env: {} })
  const app = express()
  app.get('/me', requireBearer(), (req, res) => {
    res.json({ user: req.bearer?.subject ?? null })
  })
  app.use(errorHandler())
  return app
}
