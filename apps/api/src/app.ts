import { type BearerOptions, createBearerVerifier } from '@trefoil/core/bearer'
import { type BearerGuard, createBearerGuard, errorHandler } from '@trefoil/express'
import express, { type ErrorRequestHandler, type Express } from 'express'
import { createServer, type Server } from 'node:http'
import { cors } from './cors.ts'
import { serveApollo, serveGraphqlHttp, serveSubscriptions } from './graphql.ts'
import { reports } from './reports.ts'
import { requireReports } from './require-reports.ts'
import type { Settings } from './settings.ts'

/** The API: its server, and what ends the subscriptions on it. */
export interface Api {
  readonly server: Server
  readonly endSubscriptions: () => void | Promise<void>
}

/** Makes the API. What is not in `bearer` comes from the environment. */
export async function createApi(settings: Settings, bearer: BearerOptions = {}): Promise<Api> {
  const verifier = createBearerVerifier(bearer)
  const app = createApp(settings)
  serveRest(app, createBearerGuard(bearer))
  app.use('/graphql/express', express.json(), serveGraphqlHttp(verifier))
  app.use('/graphql/apollo', express.json(), await serveApollo(verifier))
  answerTheRest(app)
  const server = createServer(app)
  const endSubscriptions = serveSubscriptions(server, verifier)
  return { server, endSubscriptions }
}

function createApp({ allowedOrigins }: Settings): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use((_req, res, next) => {
    res.set({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    next()
  })
  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' })
  })

  app.use(cors(allowedOrigins))
  return app
}

function answerTheRest(app: Express): void {
  app.use((_req, res) => {
    res.status(404).json({ error: { code: 'not_found', message: 'There is no such resource.' } })
  })
  app.use(errorHandler())
  app.use(sendFailure)
}

function serveRest(app: Express, requireBearer: BearerGuard): void {
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
}

/** The last resort: the log gets the error, the caller JSON without its details. */
const sendFailure: ErrorRequestHandler = (error: unknown, req, res, next) => {
  if (res.headersSent) {
    next(error)
    return
  }
  const status = readStatus(error)
  if (status < 500) {
    res
      .status(status)
      .json({ error: { code: 'request_invalid', message: 'The body is unusable.' } })
    return
  }
  console.error(`${req.method} ${req.path} failed:`, error)
  const message = 'The trouble is on our side. Try again.'
  res.status(500).json({ error: { code: 'internal_error', message } })
}

// What the body parser refuses says so by its status.
function readStatus(error: unknown): number {
  const isCallers = error instanceof Error && 'expose' in error && 'status' in error
  return isCallers && error.expose === true ? Number(error.status) : 500
}
