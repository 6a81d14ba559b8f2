import { createBearerGuard, errorHandler } from '@trefoil/express'
import express, { type ErrorRequestHandler, type Express } from 'express'
import { cors } from './cors.ts'
import { reports } from './reports.ts'
import { requireReports } from './require-reports.ts'
import type { Settings } from './settings.ts'

/** The API's application. */
export function createApp({ allowedOrigins }: Settings): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use((_req, res, next) => {
    res.set({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    next()
  })
  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' })
  })

  const requireBearer = createBearerGuard()
  app.use(cors(allowedOrigins))
  app.get('/reports', requireBearer(), requireReports, (_req, res) => {
    res.json({ reports })
  })
  app.get('/me', requireBearer(), (req, res) => {
    const { bearer } = req
    res.json({
      kind: bearer?.kind,
      subject: bearer?.subject,
      clientId: bearer?.clientId,
      organization: bearer?.organization,
      permissions: bearer?.permissions,
      scopes: bearer?.scopes,
    })
  })

  app.use((_req, res) => {
    res.status(404).json({ error: { code: 'not_found', message: 'There is no such resource.' } })
  })
  app.use(errorHandler())
  app.use(sendFailure)
  return app
}

/** The last resort: the log gets the error, the caller JSON without its details. */
const sendFailure: ErrorRequestHandler = (error: unknown, req, res, next) => {
  if (res.headersSent) {
    next(error)
    return
  }
  console.error(`${req.method} ${req.path} failed:`, error)
  const message = 'The trouble is on our side. Try again.'
  res.status(500).json({ error: { code: 'internal_error', message } })
}
