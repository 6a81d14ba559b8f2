import express, { type Express, type RequestHandler } from 'express'
import type { Contender, SessionSetup } from '../harness/contender.ts'
import { loadPeer } from '../harness/peers.ts'
import { connectRedis } from '../harness/redis-store.ts'

/** Passport's strategy for OpenID Connect, over express-session. */
export const contender: Contender = {
  session: { places: ['redis'], signsIn: true, make },
  install: {
    packages: ['passport', 'passport-openidconnect', 'express-session'],
    modules: ['passport', 'passport-openidconnect', 'express-session'],
  },
}

interface Passport {
  use(strategy: object): void
  serializeUser(keep: (user: object, done: Done) => void): void
  deserializeUser(find: (user: object, done: Done) => void): void
  initialize(): RequestHandler
  session(): RequestHandler
  authenticate(name: string, options?: object): RequestHandler
}

type Done = (error: null, user: unknown) => void
type Verify = (issuer: string, profile: { readonly id: string }, done: Done) => void

async function make(setup: SessionSetup): Promise<Express> {
  const { secret, redisUrl } = setup
  const { default: passport } = await loadPeer<{ readonly default: Passport }>('passport')
  const { default: session } = await loadPeer<{
    readonly default: (options: object) => RequestHandler
  }>('express-session')
  const { RedisStore } = await loadPeer<{ RedisStore: new (options: object) => object }>(
    'connect-redis',
  )
  passport.use(await makeStrategy(setup))
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user, done) => done(null, user))
  const store = new RedisStore({ client: await connectRedis(redisUrl) })
  const app = express()
  app.use(session({ store, secret, resave: false, saveUninitialized: false }))
  app.use(passport.session())
  app.get('/login', passport.authenticate('openidconnect'))
  app.get('/callback', passport.authenticate('openidconnect', { successRedirect: '/me' }))
  app.get('/me', (req: express.Request & { user?: { readonly id: string } }, res) => {
    res.json({ user: req.user?.id ?? null })
  })
  return app
}

async function makeStrategy(setup: SessionSetup): Promise<object> {
  const { issuer, clientId, clientSecret, origin } = setup
  const { default: Strategy } = await loadPeer<{
    readonly default: new (options: object, verify: Verify) => object
  }>('passport-openidconnect')
  return new Strategy(
    {
      issuer,
      authorizationURL: `${issuer}/oauth2/auth`,
      tokenURL: `${issuer}/oauth2/token`,
      userInfoURL: `${issuer}/oauth2/v2/user_profile`,
      clientID: clientId,
      clientSecret,
      callbackURL: `${origin}/callback`,
      scope: ['profile', 'email'],
    },
    (_issuer, { id }, done) => done(null, { id }),
  )
}
