import { makeExecutableSchema } from '@graphql-tools/schema'
import { type AuthContext, authTypeDefs, protectSchema } from '@trefoil/graphql'
import type { GraphQLSchema } from 'graphql'
import { type Report, reports } from './reports.ts'
import { readingReports } from './rights.ts'

const typeDefs = `
  type Query {
    "Who called, and with which rights."
    me: Caller @auth
    "A machine needs the scope read:reports, a user the permission."
    reports: [Report!]
  }

  type Subscription {
    "Each report as it is published; needs what reports needs."
    reportPublished: Report
  }

  type Caller {
    kind: String!
    subject: String
    clientId: String
    organization: String
    permissions: [String!]!
    scopes: [String!]!
  }

  type Report {
    id: ID!
    title: String!
    period: String!
    total: String!
  }
`

const resolvers = {
  Query: {
    me: (_source: unknown, _args: unknown, { auth }: AuthContext) => {
      const caller = auth.require()
      return { ...caller, organization: caller.organization?.code }
    },
    reports: (_source: unknown, _args: unknown, { auth }: AuthContext) => {
      auth.require(readingReports(auth.caller))
      return reports
    },
  },
  Subscription: {
    reportPublished: {
      subscribe: (_source: unknown, _args: unknown, { auth }: AuthContext) => {
        auth.require(readingReports(auth.caller))
        return publish()
      },
    },
  },
}

// What a real API would hear from its message broker.
async function* publish(): AsyncGenerator<{ reportPublished: Report }> {
  for (const report of reports) yield { reportPublished: report }
}

/** The schema of both GraphQL servers and of the subscription. */
export const schema: GraphQLSchema = protectSchema(
  makeExecutableSchema({ typeDefs: [authTypeDefs, typeDefs], resolvers }),
)
