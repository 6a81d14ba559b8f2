import express, { type Express, type Request, type RequestHandler } from 'express'
import type { Contender, SessionSetup } from '../harness/contender.ts'
import { loadPeer } from '../harness/peers.ts'

/** Auth0's middleware: the session is a JWE in cookies. */
export const contender: Contender = {
  session: { places: ['cookies'], renews: true, signsIn: true, make },
  install: { packages: ['express-openid-connect'], modules: ['express-openid-connect'] },
}

interface OpenIdConnect {
  readonly auth: (options: object) => RequestHandler
}

interface Context {
  readonly user?: { readonly sub: string }
  readonly accessToken?: { isExpired(): boolean; refresh(): Promise<unknown> }
}

async function make(setup: SessionSetup): Promise<Express> {
  const { issuer, clientId, clientSecret, origin, secret, renews } = setup
  const { auth } = await loadPeer<OpenIdConnect>('express-openid-connect')
  const app = express()
  app.get('/login', (_req, res) => res.redirect('/signin'))
  app.use(
    auth({
      issuerBaseURL: issuer,
      baseURL: origin,
      clientID: clientId,
      clientSecret,
      secret,
      authRequired: false,
      authorizationParams: { response_type: 'code', scope: 'openid profile email offline' },
      routes: { login: '/signin' },
    }),
  )
  app.get('/', (_req, res) => res.redirect('/me'))
  app.get('/me', async (req: Request & { oidc?: Context }, res) => {
    const { accessToken, user } = req.oidc ?? {}
    if (renews && accessToken?.isExpired()) await accessToken.refresh()
    res.json({ user: user?.sub ?? null })
  })
  return app
}
