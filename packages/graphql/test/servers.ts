import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { expressMiddleware } from '@as-integrations/express5'
import express, { type RequestHandler, type Request } from 'express'
import { createHandler } from 'graphql-http/lib/use/express'
import { createHandler as createNodeHandler } from 'graphql-http/lib/use/http'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { authPlugin, createApolloContext } from '../src/apollo.ts'
import { createHttpContext } from '../src/http.ts'
import type { AuthContext } from '../src/index.ts'
import type { RequestAuthOptions } from '../src/request-authentication.ts'
import { schema } from './schema.ts'

/** A running server. */
export interface Running {
  readonly url: string
  close(): Promise<void>
}

/** How a server is started. */
export interface ServerOptions {
  readonly auth: RequestAuthOptions<Request>
  readonly port?: number
  /** Stands before the server, such as a middleware that reads a session. */
  readonly before?: readonly RequestHandler[]
  /** Of Apollo. */
  readonly csrfPrevention?: boolean
  readonly plugins?: readonly ApolloServerPlugin<AuthContext>[]
}

export type StartServer = (options: ServerOptions) => Promise<Running>

/** Apollo Server on Express. */
export const startApollo: StartServer = async (options) => {
  const { auth, port, before = [], csrfPrevention = true, plugins = [authPlugin()] } = options
  const server = new ApolloServer<AuthContext>({
    schema,
    csrfPrevention,
    allowBatchedHttpRequests: true,
    plugins: [...plugins],
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
  })
  await server.start()
  const app = express()
  app.use(...nonEmpty(before))
  // Reads whatever comes as JSON, so that only the guards stand between a forged form and the schema.
  const json = express.json({ type: '*/*' })
  app.use('/graphql', json, expressMiddleware(server, { context: createApolloContext(auth) }))
  return listen(createServer(app), port, () => server.stop())
}

/** `graphql-http` on Express. */
export const startGraphqlHttp: StartServer = async ({ auth, port, before = [] }) => {
  const app = express()
  app.use(...nonEmpty(before))
  app.all('/graphql', createHandler({ schema, context: createHttpContext(auth) }))
  return listen(createServer(app), port)
}

/** `graphql-http` on Node's own server. */
export async function startNodeHttp(auth: RequestAuthOptions<IncomingMessage>): Promise<Running> {
  const handle = createNodeHandler({ schema, context: createHttpContext(auth) })
  return listen(createServer((req, res) => void handle(req, res)))
}

/** Apollo Server by itself. */
export async function startStandalone(auth: RequestAuthOptions<IncomingMessage>): Promise<Running> {
  const server = new ApolloServer<AuthContext>({ schema, stopOnTerminationSignals: false })
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0 },
    context: createApolloContext(auth),
  })
  return { url: url.replace(/\/$/, ''), close: () => server.stop() }
}

/** The servers on Express, by name. */
export const servers: readonly (readonly [string, StartServer])[] = [
  ['Apollo Server', startApollo],
  ['graphql-http', startGraphqlHttp],
]

/** Listens on a port of the loopback. */
export async function listen(
  server: Server,
  port = 0,
  stop: () => Promise<void> = async () => undefined,
): Promise<Running> {
  server.listen(port)
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.')
  return {
    url: `http://localhost:${address.port}`,
    async close() {
      await stop()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function nonEmpty(handlers: readonly RequestHandler[]): [RequestHandler, ...RequestHandler[]] {
  return [(_req, _res, next) => next(), ...handlers]
}
