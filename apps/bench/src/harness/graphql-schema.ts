import { type AuthContext, guard } from '@trefoil/graphql'
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql'

/** Answers `{ user }` with nobody. */
export const bareSchema: GraphQLSchema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: { user: { type: GraphQLString, resolve: () => null } },
  }),
})

/** Answers `{ user }` with the `sub` of the caller, who has to be somebody. */
export const guardedSchema: GraphQLSchema = new GraphQLSchema({
  query: new GraphQLObjectType<unknown, AuthContext>({
    name: 'Query',
    fields: {
      user: {
        type: GraphQLString,
        resolve: guard({}, (_source, _args, { auth }) => auth.caller.subject),
      },
    },
  }),
})
