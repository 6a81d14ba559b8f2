import { makeExecutableSchema } from '@graphql-tools/schema'
import { ApolloServer } from '@apollo/server'
import { ConfigurationError } from '@trefoil/core'
import { buildSchema, extendSchema, graphql, type GraphQLSchema, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { authPlugin } from './apollo.ts'
import { authTypeDefs, protectSchema } from './auth-directive.ts'
import { type AuthContext, createAuth } from './auth.ts'
import { type Caller, nobody } from './caller.ts'

// Tools that take it for valid let anything pass, which must not be the last word.
function build(...typeDefs: string[]): GraphQLSchema {
  return makeExecutableSchema({ typeDefs: [authTypeDefs, ...typeDefs], assumeValidSDL: true })
}

function problemsOf(...typeDefs: string[]): readonly string[] {
  try {
    protectSchema(build(...typeDefs))
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
}

const user: Caller = {
  kind: 'user',
  subject: 'kp_1',
  clientId: null,
  bearer: null,
  session: null,
  organization: { code: 'org_acme', name: null },
  permissions: ['a', 'b'],
  roles: ['owner'],
  flags: { on: true, off: false },
  scopes: ['s'],
}

async function ask(schema: GraphQLSchema, caller: Caller, source = '{ x }'): Promise<unknown> {
  const contextValue: AuthContext = { auth: createAuth(caller) }
  const { data, errors } = await graphql({ schema, source, contextValue, rootValue: { x: 'seen' } })
  return errors ? (errors[0]?.extensions['code'] ?? errors[0]?.message) : data?.['x']
}

describe('@auth', () => {
  it.each([
    ['', 'seen'],
    ['(permissions: [])', 'seen'],
    ['(permissions: ["a", "b"])', 'seen'],
    ['(permissions: ["a", "c"])', 'FORBIDDEN'],
    ['(anyPermission: ["c", "a"])', 'seen'],
    ['(anyPermission: ["c"])', 'FORBIDDEN'],
    ['(roles: ["owner"])', 'seen'],
    ['(roles: ["own"])', 'FORBIDDEN'],
    ['(flags: ["on"])', 'seen'],
    ['(flags: ["off"])', 'FORBIDDEN'],
    ['(organization: "org_acme")', 'seen'],
    ['(organization: "org_other")', 'FORBIDDEN'],
    ['(scopes: ["s"])', 'seen'],
    ['(scopes: ["s", "t"])', 'FORBIDDEN'],
    ['(permissions: ["a"]) @auth(scopes: ["t"])', 'FORBIDDEN'],
    ['(scopes: ["t"]) @auth(permissions: ["a"])', 'FORBIDDEN'],
    ['(permissions: ["a"]) @auth(scopes: ["s"])', 'seen'],
  ])('asks for what it names: @auth%s', async (given, answer) => {
    const schema = protectSchema(build(`type Query { x: String @auth${given} }`))
    expect(await ask(schema, user)).toBe(answer)
    expect(await ask(schema, nobody)).toBe('UNAUTHENTICATED')
  })

  it('guards all of a type that is extended, by what each part asks for', async () => {
    const schema = protectSchema(
      build(
        'type Query @auth(scopes: ["s"]) { y: String }',
        'extend type Query @auth(permissions: ["c"]) { x: String }',
      ),
    )
    expect(await ask(schema, user)).toBe('FORBIDDEN')
    expect(await ask(schema, user, '{ y }')).toBe('FORBIDDEN')
  })

  it('guards a type that a tool extended later', async () => {
    const base = buildSchema(`${authTypeDefs} type Query { x: String }`)
    const extended = extendSchema(
      base,
      parse('extend type Query @auth(permissions: ["c"]) { y: String }'),
    )
    expect(await ask(protectSchema(extended), user)).toBe('FORBIDDEN')
    const misspelled = extendSchema(base, parse('extend type Query @auth(permission: "c")'), {
      assumeValidSDL: true,
    })
    expect(() => protectSchema(misspelled)).toThrow(/requirement.permission is not known/)
  })

  it('denies where no context function of ours was', async () => {
    const schema = protectSchema(build('type Query { x: String @auth }'))
    for (const contextValue of [undefined, {}, { auth: { caller: user } }, { auth: null }]) {
      const { data, errors } = await graphql({ schema, source: '{ x }', contextValue })
      expect([data, errors?.[0]?.message]).toEqual([
        { x: null },
        expect.stringContaining('context.auth is missing'),
      ])
    }
  })

  it('leaves a schema without it as it is', async () => {
    const schema = protectSchema(buildSchema('type Query { x: String }'))
    expect(await ask(schema, nobody)).toBe('seen')
  })

  it.each([
    ['permission: ["a"]', 'requirement.permission is not known'],
    ['scope: "a"', 'requirement.scope is not known'],
    ['permissions: "a"', 'requirement.permissions must be a list of keys'],
    ['permissions: null', 'requirement.permissions must be a list of keys'],
    ['permissions: [""]', 'requirement.permissions must be a list of keys'],
    ['anyPermission: []', 'requirement.anyPermission is empty'],
    ['organization: ["a"]', 'requirement.organization must be an organization code'],
  ])('refuses @auth(%s) when the schema is made', (given, problem) => {
    expect(problemsOf(`type Query { x: String @auth(${given}) }`)).toEqual([
      expect.stringContaining(`@auth on Query.x: ${problem}`),
    ])
  })

  it.each([
    ['input In { id: ID @auth } type Query { x(in: In): String }', 'In.id'],
    ['input In @auth { id: ID } type Query { x(in: In): String }', 'In'],
    ['type Query { x(id: ID @auth): String }', 'Query.x.id'],
    ['enum E { A @auth } type Query { x: E }', 'E.A'],
    ['scalar S @auth type Query { x: S }', 'S'],
    ['union U @auth = Query type Query { x: U }', 'U'],
    ['schema @auth { query: Query } type Query { x: String }', 'the schema'],
  ])('refuses it where it would guard nothing: %s', (typeDefs, place) => {
    expect(problemsOf(typeDefs)).toEqual([
      expect.stringContaining(`@auth on ${place} guards nothing there`),
    ])
  })

  it.each(['auht', 'Auth', 'authorized'])('refuses @%s, which nobody declared', (name) => {
    expect(problemsOf(`type Query { x: String @${name}(permissions: ["a"]) }`)).toEqual([
      expect.stringContaining(`@${name} on Query.x is declared nowhere`),
    ])
  })

  it('names every problem at once', () => {
    expect(problemsOf('type Query { x: String @auht, y: String @auth(role: ["a"]) }')).toHaveLength(
      2,
    )
  })

  it('takes the directives that the specification or the schema declares', () => {
    expect(
      problemsOf('directive @own on FIELD_DEFINITION type Query { x: String @own @deprecated }'),
    ).toEqual([])
  })

  it('stops the start of an Apollo Server that was given the schema without its guards', async () => {
    const schema = build('type Query { x: String @auth } type T @auth { y: String }')
    const start = async (given: GraphQLSchema): Promise<void> => {
      const server = new ApolloServer({ schema: given, plugins: [authPlugin()], logger: silent })
      await server.start()
      await server.stop()
    }
    await expect(start(schema)).rejects.toThrow(/@auth on Query.x, T guards nothing yet|T, Query.x/)
    await expect(start(protectSchema(schema))).resolves.toBeUndefined()
    await expect(start(buildSchema('type Query { x: String }'))).resolves.toBeUndefined()
  })
})

const silence = (): void => undefined
const silent = { debug: silence, info: silence, warn: silence, error: silence }
