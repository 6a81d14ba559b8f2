import { createHttpContext } from '@trefoil/graphql/http'
import express, { type Express } from 'express'
import { createHandler } from 'graphql-http/lib/use/express'
import type { Contender, GraphqlSetup } from '../harness/contender.ts'
import { bareSchema, guardedSchema } from '../harness/graphql-schema.ts'

/** `graphql-http` on Express, by itself and with Trefoil's context and a guarded field. */
export const contender: Contender = {
  graphql: { make },
}

async function make({ issuer, audience, isGuarded }: GraphqlSetup): Promise<Express> {
  const app = express()
  const handler = isGuarded
    ? createHandler({
        schema: guardedSchema,
        context: createHttpContext({ issuer, audience, env: {} }),
      })
    : createHandler({ schema: bareSchema })
  app.use('/graphql', express.json(), handler)
  return app
}
