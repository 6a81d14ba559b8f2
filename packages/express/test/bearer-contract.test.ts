import { askRest, describeBearerContract, type StartApi } from '@trefoil/contract'
import type express5 from 'express'
import { createBearerGuard, errorHandler } from '../src/index.ts'
import { frameworks } from './frameworks.ts'
import { closeServer, waitForPort } from './serve.ts'

for (const [name, express] of frameworks) describeBearerContract(name, startWith(express))

function startWith(express: typeof express5): StartApi {
  return async ({ port, issuerUrl: issuer, audience, timeout }) => {
    const requireBearer = createBearerGuard({ issuer, audience, timeout, env: {} })
    const api = express()
    api.get('/me', requireBearer(), (req, res) => res.json({ subject: req.bearer?.subject }))
    api.get('/reports', requireBearer({ scopes: ['read:reports'] }), (_req, res) => res.json([]))
    api.use(errorHandler())
    const server = api.listen(port)
    const url = `http://localhost:${await waitForPort(server)}`
    return {
      ask: (question) => askRest(url, question),
      close: () => closeServer(server),
    }
  }
}
