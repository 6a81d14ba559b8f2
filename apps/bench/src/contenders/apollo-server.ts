import { ApolloServer } from '@apollo/server'
import { expressMiddleware } from '@as-integrations/express5'
import { createApolloContext } from '@trefoil/graphql/apollo'
import express, { type Express } from 'express'
import type { Contender, GraphqlSetup } from '../harness/contender.ts'
import { bareSchema, guardedSchema } from '../harness/graphql-schema.ts'

/** Apollo Server on Express, by itself and with Trefoil's context and a guarded field. */
export const contender: Contender = {
  graphql: { make },
}

async function make({ issuer, audience, isGuarded }: GraphqlSetup): Promise<Express> {
  const app = express()
  // The middleware wants a body, which a GET has none of.
  app.use('/graphql', express.json(), isGuarded ? await guarded(issuer, audience) : await bare())
  return app
}

async function guarded(issuer: string, audience: string): Promise<express.RequestHandler> {
  const server = new ApolloServer({ schema: guardedSchema, stopOnTerminationSignals: false })
  await server.start()
  return expressMiddleware(server, { context: createApolloContext({ issuer, audience, env: {} }) })
}

async function bare(): Promise<express.RequestHandler> {
  const server = new ApolloServer({ schema: bareSchema, stopOnTerminationSignals: false })
  await server.start()
  return expressMiddleware(server)
}
