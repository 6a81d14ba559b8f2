import type { ApolloServerPlugin } from '@apollo/server'
import { ConfigurationError, TrefoilError } from '@trefoil/core'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { findUnguarded } from './auth-directive.ts'
import { type AuthContext, getAuth, guarding } from './auth.ts'
import { toRefusal } from './refusal.ts'
import { createRequestAuthentication, type RequestAuthOptions } from './request-authentication.ts'

/** Options of {@link createApolloContext}. */
export type ApolloContextOptions<Req extends IncomingMessage = IncomingMessage> =
  RequestAuthOptions<Req>

/** What Apollo Server hands to a context function, on Express and standalone. */
export interface ApolloContextArguments<Req extends IncomingMessage = IncomingMessage> {
  readonly req: Req
  readonly res: ServerResponse
}

/**
 * Makes the context function of an Apollo Server 5, on Express or standalone. Nothing is read or
 * fetched before the first request.
 *
 * A token that is no good is answered with 401 and `WWW-Authenticate` before anything is executed, and
 * with 503 and `Retry-After` when the key set cannot be had. Throws {@link ConfigurationError} at once
 * for an option that does not exist.
 *
 * @example
 * const context = createApolloContext({ audience: 'https://reports.example' })
 * app.use('/graphql', express.json(), expressMiddleware(server, { context }))
 */
export function createApolloContext<Req extends IncomingMessage = IncomingMessage>(
  options: ApolloContextOptions<Req> = {},
): (args: ApolloContextArguments<Req>) => Promise<AuthContext> {
  const authenticate = createRequestAuthentication(options)
  return async ({ req, res }) => {
    try {
      return await authenticate(req, res)
    } catch (error) {
      throw error instanceof TrefoilError ? toHttpError(error) : error
    }
  }
}

/**
 * A plugin that stops the start of a server whose schema has an `@auth` that nothing guards, because
 * `protectSchema` was forgotten; and that keeps out of Apollo's caches what depends on the caller.
 *
 * @example
 * new ApolloServer({ schema: protectSchema(schema), plugins: [authPlugin()] })
 */
export function authPlugin(): ApolloServerPlugin<AuthContext> {
  return {
    serverWillStart: async ({ schema }) => assertProtected(schema),
    requestDidStart: async () => ({
      // A cached answer comes before any resolver, so what one of them asked for must not be cached.
      executionDidStart: async ({ contextValue, overallCachePolicy }) =>
        getAuth(contextValue)[guarding].watch(() =>
          overallCachePolicy.restrict({ maxAge: 0, scope: 'PRIVATE' }),
        ),
    }),
  }
}

function assertProtected(schema: GraphQLSchema): void {
  const places = findUnguarded(schema)
  if (places.length === 0) return
  throw new ConfigurationError([
    `@auth on ${places.join(', ')} guards nothing yet: give the server protectSchema(schema).`,
  ])
}

// Apollo takes status and headers of the answer from here, and shows the client none of it.
function toHttpError(cause: TrefoilError): GraphQLError {
  const { error, status, headers } = toRefusal(cause)
  return new GraphQLError(error.message, {
    originalError: cause,
    extensions: {
      ...error.extensions,
      http: { status, headers: new Map(Object.entries(headers)) },
    },
  })
}
