import { ConfigurationError } from '@trefoil/core'
import { graphql, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql'
import { expect, it } from 'vitest'
import { type AuthContext, createAuth } from './auth.ts'
import { nobody } from './caller.ts'
import { guard } from './guard.ts'

it('guards a schema that is written in code', async () => {
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType<unknown, AuthContext>({
      name: 'Query',
      fields: {
        x: {
          type: GraphQLString,
          resolve: guard({}, (_source, _args, { auth }) => auth.caller.kind),
        },
      },
    }),
  })
  const contextValue: AuthContext = { auth: createAuth(nobody) }
  const { data, errors } = await graphql({ schema, source: '{ x }', contextValue })
  expect([data, errors?.[0]?.extensions['code']]).toEqual([{ x: null }, 'UNAUTHENTICATED'])
})

it('refuses a requirement that it does not know when the guard is made', () => {
  // @ts-expect-error -- a misspelled member
  expect(() => guard({ scope: ['read:reports'] }, () => 'x')).toThrow(ConfigurationError)
})

it('goes by the requirement as it was when the guard was made', async () => {
  const permissions = ['read:reports']
  const resolve = guard({ permissions }, () => 'seen')
  permissions.length = 0
  const context: AuthContext = { auth: createAuth(nobody) }
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: { x: { type: GraphQLString, resolve } },
    }),
  })
  const someone = createAuth({
    kind: 'user',
    subject: 'kp_1',
    clientId: null,
    bearer: null,
    session: null,
    organization: null,
    permissions: [],
    roles: [],
    flags: {},
    scopes: [],
  })
  const { errors } = await graphql({
    schema,
    source: '{ x }',
    contextValue: { ...context, auth: someone },
  })
  expect(errors?.[0]?.extensions['missing']).toEqual({ permissions: ['read:reports'] })
})
