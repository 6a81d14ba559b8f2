import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled'
import { expressMiddleware } from '@as-integrations/express5'
import type { AuthContext, BearerVerifier } from '@trefoil/graphql'
import { authPlugin, createApolloContext } from '@trefoil/graphql/apollo'
import { createHttpContext } from '@trefoil/graphql/http'
import { createSocketAuth } from '@trefoil/graphql/ws'
import type { RequestHandler } from 'express'
import { createHandler } from 'graphql-http/lib/use/express'
import { useServer } from 'graphql-ws/use/ws'
import type { Server } from 'node:http'
import { WebSocketServer } from 'ws'
import { schema } from './schema.ts'

/** GraphQL over Express, without a framework of its own. */
export function serveGraphqlHttp(verifier: BearerVerifier): RequestHandler {
  return createHandler({ schema, context: createHttpContext({ verifier }) })
}

/** The same with Apollo Server. */
export async function serveApollo(verifier: BearerVerifier): Promise<RequestHandler> {
  const server = new ApolloServer<AuthContext>({
    schema,
    plugins: [authPlugin(), ApolloServerPluginLandingPageDisabled()],
    // The process is stopped by `server.ts`.
    stopOnTerminationSignals: false,
  })
  await server.start()
  return expressMiddleware(server, { context: createApolloContext({ verifier }) })
}

/** Serves subscriptions at `/graphql/subscriptions`; returns what ends them. */
export function serveSubscriptions(
  server: Server,
  verifier: BearerVerifier,
): () => void | Promise<void> {
  const sockets = new WebSocketServer({ server, path: '/graphql/subscriptions' })
  return useServer({ schema, ...createSocketAuth({ verifier }) }, sockets).dispose
}
