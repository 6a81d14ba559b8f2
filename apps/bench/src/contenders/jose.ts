import express, { type Express } from 'express'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { Contender, Setup } from '../harness/contender.ts'

/** A middleware of ten lines around jose, as many APIs have it. */
export const contender: Contender = {
  bearer: { make },
  install: {
    packages: ['jose', 'oauth4webapi'],
    modules: ['jose/jwt/verify', 'jose/jwks/remote', 'oauth4webapi'],
  },
}

async function make({ issuer, audience }: Setup): Promise<Express> {
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks`))
  const app = express()
  app.use(async (req, res, next) => {
    const token = req.headers.authorization?.slice('Bearer '.length) ?? ''
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms: ['RS256'] })
      res.locals['user'] = payload.sub
      next()
    } catch {
      res.status(401).json({ user: null })
    }
  })
  app.get('/me', (_req, res) => {
    res.json({ user: res.locals['user'] })
  })
  return app
}
