import express, { type Express, type Request, type RequestHandler } from 'express'
import type { Contender, SessionSetup } from '../harness/contender.ts'
import { loadPeer } from '../harness/peers.ts'

/**
 * Kinde's own SDK for Express. It keeps sessions in the memory of the process, whatever their size, so
 * what it pays for a request is the check of the tokens.
 */
export const contender: Contender = {
  session: { places: ['cookies'], keptIn: 'memory', renews: true, signsIn: true, make },
  install: {
    packages: ['@kinde-oss/kinde-node-express'],
    modules: ['@kinde-oss/kinde-node-express'],
  },
}

interface KindeExpress {
  readonly GrantType: { readonly AUTHORIZATION_CODE: string }
  readonly setupKinde: (config: object, app: Express) => unknown
  readonly protectRoute: RequestHandler
  readonly getUser: RequestHandler
}

async function make(setup: SessionSetup): Promise<Express> {
  const { issuer, clientId, clientSecret, origin } = setup
  const kinde = await loadPeer<KindeExpress>('@kinde-oss/kinde-node-express')
  const app = express()
  // In production its cookie is for https alone, so the benchmark poses as the proxy that does TLS.
  app.set('trust proxy', true)
  app.use((req, _res, next) => {
    req.headers['x-forwarded-proto'] = 'https'
    next()
  })
  kinde.setupKinde(
    {
      grantType: kinde.GrantType.AUTHORIZATION_CODE,
      issuerBaseUrl: issuer,
      siteUrl: origin,
      clientId,
      secret: clientSecret,
      scope: 'openid profile email offline',
      unAuthorisedUrl: `${origin}/nobody`,
      redirectUrl: `${origin}/kinde_callback`,
      postLogoutRedirectUrl: origin,
    },
    app,
  )
  app.get('/nobody', (_req, res) => {
    res.json({ user: null })
  })
  app.get('/', (_req, res) => res.redirect('/me'))
  app.get(
    '/me',
    kinde.protectRoute,
    kinde.getUser,
    (req: Request & { user?: { readonly id: string } }, res) => {
      res.json({ user: req.user?.id ?? null })
    },
  )
  return app
}
