import { makeExecutableSchema } from '@graphql-tools/schema'
import type { GraphQLSchema } from 'graphql'
import { type AuthContext, authTypeDefs, guard, protectSchema } from '../src/index.ts'

/** What resolvers did, so that a test sees whether one ran. */
export const log: string[] = []

const typeDefs = `
  directive @cacheControl(maxAge: Int, scope: CacheControlScope) on FIELD_DEFINITION | OBJECT
  enum CacheControlScope { PUBLIC PRIVATE }

  type Query {
    public: String! @cacheControl(maxAge: 60)
    me: Me @auth
    reports: [Report!] @auth(scopes: ["read:reports"])
    cached: String @auth @cacheControl(maxAge: 60)
    asked: String @cacheControl(maxAge: 60)
    wrapped: String
    node(kind: String!): Node
    nodes: [Node!]!
    anything: [Thing!]!
    audited: Audited
    team: Team
  }
  type Mutation {
    rename(input: RenameInput!): String @auth(permissions: ["write:reports"])
    open: String
  }
  type Subscription {
    ticks: Int @auth(scopes: ["read:reports"])
    openTicks: Int
  }
  type Me { subject: String kind: String! organization: String }
  type Report { id: ID! title: String! }
  input RenameInput { id: ID! title: String! }

  interface Node @auth(permissions: ["read:nodes"]) { id: ID! }
  type Invoice implements Node { id: ID! total: Int! }
  type Note implements Node { id: ID! text: String! }
  union Thing = Invoice | Secret | Report

  type Secret @auth(roles: ["owner"]) { value: String! }

  interface Audited { log: String @auth(permissions: ["read:log"]) name: String }
  type Team implements Audited { log: String name: String members: [Member!]! }
  type Member { name: String! email: String @auth(permissions: ["read:email"]) }
`

const team = { log: 'a log', name: 'Acme', members: [{ name: 'Olivia', email: 'o@example.com' }] }
const things = [
  { __typename: 'Invoice', id: 'i-1', total: 5 },
  { __typename: 'Secret', value: 'a secret' },
  { __typename: 'Report', id: 'r-1', title: 'Revenue' },
]

async function* tick(): AsyncGenerator<number> {
  log.push('ticks')
  yield* [1, 2]
  await new Promise(() => undefined)
}

const resolvers = {
  Query: {
    public: () => 'for everyone',
    me: (_source: unknown, _args: unknown, { auth }: AuthContext) => {
      const { kind, subject, organization } = auth.require()
      return { kind, subject, organization: organization?.code }
    },
    reports: () => {
      log.push('reports')
      return [{ id: 'r-1', title: 'Revenue' }]
    },
    cached: () => 'for somebody',
    asked: (_source: unknown, _args: unknown, { auth }: AuthContext) => auth.caller.kind,
    wrapped: guard({ roles: ['owner'] }, (_source, _args, { auth }) => auth.caller.kind),
    node: () => ({ __typename: 'Invoice', id: 'i-1', total: 5 }),
    nodes: () => [
      { __typename: 'Invoice', id: 'i-1', total: 5 },
      { __typename: 'Note', id: 'n-1', text: 'hello' },
    ],
    anything: () => things,
    audited: () => ({ ...team, __typename: 'Team' }),
    team: () => team,
  },
  Mutation: {
    rename: (_source: unknown, { input }: { input: { title: string } }) => {
      log.push('rename')
      return input.title
    },
    open: () => {
      log.push('open')
      return 'done'
    },
  },
  Subscription: {
    ticks: { subscribe: tick, resolve: (value: number) => value },
    openTicks: { subscribe: tick, resolve: (value: number) => value },
  },
}

/** Has guards of every kind. */
export const schema: GraphQLSchema = protectSchema(
  makeExecutableSchema({ typeDefs: [authTypeDefs, typeDefs], resolvers }),
)
