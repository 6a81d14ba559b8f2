// Checked by `typecheck`, in a program of its own: what is declared here counts for a whole program.
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { expressMiddleware } from '@as-integrations/express5'
import { getAuth as getSession } from '@trefoil/express'
import type { GraphQLSchema } from 'graphql'
import { createHandler } from 'graphql-http/lib/use/express'
import { createHandler as createNodeHandler } from 'graphql-http/lib/use/http'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { authPlugin, createApolloContext } from '../../src/apollo.ts'
import { createHttpContext } from '../../src/http.ts'
import { type AuthContext, getAuth, guard, type Somebody } from '../../src/index.ts'
import { createSocketAuth } from '../../src/ws.ts'

declare module '../../src/index.ts' {
  interface Keys {
    permission: 'read:reports'
    role: 'owner'
    flag: 'beta_dashboard'
  }
}

declare const schema: GraphQLSchema
declare const context: AuthContext

const { auth } = context
// @ts-expect-error -- nobody has no subject
export const unknown: unknown = auth.caller.subject
const somebody: Somebody = auth.require({
  permissions: ['read:reports'],
  flags: ['beta_dashboard'],
})
const subject: string | null = somebody.subject
// @ts-expect-error -- misspelled
auth.require({ permissions: ['read:report'] })
// @ts-expect-error -- not a member of a requirement
auth.can({ permission: 'read:reports' })
if (auth.caller.kind === 'user') auth.caller.subject.toUpperCase()
if (somebody.kind === 'machine') somebody.bearer.clientId?.toUpperCase()
// @ts-expect-error -- a user may come with a session
if (somebody.kind === 'user') somebody.bearer.clientId?.toUpperCase()

guard({ roles: ['owner'] }, (_source, _args, guarded) => {
  const caller: Somebody = guarded.auth.caller
  return [caller.kind, guarded.auth.require().subject]
})
// @ts-expect-error -- misspelled
guard({ roles: ['ownr'] }, () => null)
// The rest of the context goes along.
guard<unknown, object, number, AuthContext & { db: { count: number } }>(
  {},
  (_source, _args, { db }) => db.count,
)
getAuth({}).can({ permissions: ['read:reports'] })

// Each server takes its context function as it is.
const server = new ApolloServer<AuthContext>({ schema, plugins: [authPlugin()] })
expressMiddleware(server, { context: createApolloContext() })
expressMiddleware(server, {
  context: createApolloContext({ session: (req) => getSession(req).session }),
})
void startStandaloneServer(server, { context: createApolloContext() })
createHandler({ schema, context: createHttpContext() })
createHandler({ schema, context: createHttpContext({ session: (req) => getSession(req).session }) })
createNodeHandler({ schema, context: createHttpContext() })
useServer({ schema, ...createSocketAuth() }, new WebSocketServer({ noServer: true }))
// With more in it.
const authenticate = createApolloContext()
expressMiddleware(new ApolloServer<AuthContext & { db: object }>({ schema }), {
  context: async (args) => ({ ...(await authenticate(args)), db: {} }),
})

export { subject }
