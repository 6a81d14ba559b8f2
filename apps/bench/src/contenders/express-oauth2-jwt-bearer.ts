import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import type { Contender, Setup } from '../harness/contender.ts'
import { loadPeer } from '../harness/peers.ts'

/** Auth0's guard for APIs. */
export const contender: Contender = {
  bearer: { make },
  install: { packages: ['express-oauth2-jwt-bearer'], modules: ['express-oauth2-jwt-bearer'] },
}

interface JwtBearer {
  readonly auth: (options: object) => RequestHandler
}

interface Verified {
  readonly auth?: { readonly payload?: { readonly sub: string } }
}

const refuse: ErrorRequestHandler = (_error, _req, res, _next) => {
  res.status(401).json({ user: null })
}

async function make({ issuer, audience }: Setup): Promise<Express> {
  const { auth } = await loadPeer<JwtBearer>('express-oauth2-jwt-bearer')
  const app = express()
  app.use(auth({ issuerBaseURL: issuer, audience, tokenSigningAlg: 'RS256' }))
  app.get('/me', (req, res) => {
    res.json({ user: readSubject(req) })
  })
  app.use(refuse)
  return app
}

// The property has another type where Trefoil's adapter is installed, as it is here.
function readSubject(req: object): string | null {
  const { auth }: Verified = req
  return auth?.payload?.sub ?? null
}
