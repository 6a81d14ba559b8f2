import express, { type Express } from 'express'
import type { Contender, Setup } from '../harness/contender.ts'
import { loadPeer } from '../harness/peers.ts'
import { readSubject } from '../harness/tokens.ts'

/** Kinde's validator, in a middleware. It checks the signature, and leaves the claims to its user. */
export const contender: Contender = {
  bearer: { make },
  install: { packages: ['@kinde/jwt-validator'], modules: ['@kinde/jwt-validator'] },
}

interface Validator {
  readonly validateToken: (options: object) => Promise<{ readonly valid: boolean }>
}

async function make({ issuer }: Setup): Promise<Express> {
  const { validateToken } = await loadPeer<Validator>('@kinde/jwt-validator')
  const app = express()
  app.get('/me', async (req, res) => {
    const token = req.headers.authorization?.slice('Bearer '.length) ?? ''
    const { valid } = await validateToken({ token, domain: issuer })
    res.status(valid ? 200 : 401).json({ user: valid ? readSubject(token) : null })
  })
  return app
}
