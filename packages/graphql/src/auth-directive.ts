import { MapperKind, mapSchema } from '@graphql-tools/utils'
import { ConfigurationError, type Requirement } from '@trefoil/core'
import {
  defaultFieldResolver,
  type GraphQLFieldConfig,
  type GraphQLNamedType,
  type GraphQLSchema,
  isObjectType,
} from 'graphql'
import type { AuthContext } from './auth.ts'
import {
  directiveName,
  findDirected,
  findDirectiveProblems,
  readRequirements,
} from './directives.ts'
import { guardAll, keep } from './guard.ts'

/**
 * Declares `@auth` for type definitions. Every argument that is given must hold; without one it only
 * needs somebody. It may be repeated: all of them must hold.
 */
export const authTypeDefs: string = `
"Whoever reads this needs all that is named; without an argument they need to be somebody."
directive @${directiveName}(
  permissions: [String!]
  anyPermission: [String!]
  roles: [String!]
  flags: [String!]
  organization: String
  scopes: [String!]
) repeatable on OBJECT | INTERFACE | FIELD_DEFINITION
`

/**
 * Gives a schema whose fields with `@auth` are guarded. Do it last, when every resolver is attached.
 *
 * On an object type the directive guards each of its fields, by whatever way it is reached. On an
 * interface, or a field of one, it guards the types that implement it as well. On a subscription it
 * guards `subscribe` and every event.
 *
 * Throws {@link ConfigurationError}, naming every problem at once, for a directive that nobody declared,
 * an argument that it does not know, and a place where it would guard nothing.
 *
 * @example
 * const schema = protectSchema(makeExecutableSchema({ typeDefs: [authTypeDefs, typeDefs], resolvers }))
 */
export function protectSchema(schema: GraphQLSchema): GraphQLSchema {
  const problems = findDirectiveProblems(schema)
  if (problems.length > 0) throw new ConfigurationError(problems)
  const guarded = mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field, name, typeName) =>
      guardField(field, findRequirements(schema.getType(typeName), name)),
  })
  guarded.extensions = { ...guarded.extensions, [mark]: true }
  return guarded
}

/** The names of types and fields with `@auth` that nothing guards; empty after {@link protectSchema}. */
export function findUnguarded(schema: GraphQLSchema): readonly string[] {
  return schema.extensions[mark] === true ? [] : findDirected(schema)
}

const mark = '@trefoil/graphql'

type Field = GraphQLFieldConfig<unknown, AuthContext, Readonly<Record<string, unknown>>>

function guardField(field: Field, requirements: readonly Requirement[]): Field {
  if (requirements.length === 0) return field
  const { resolve = defaultFieldResolver, subscribe } = field
  return {
    ...field,
    resolve: guardAll(requirements, resolve),
    ...(subscribe && { subscribe: guardAll(requirements, subscribe) }),
  }
}

function findRequirements(type: GraphQLNamedType | undefined, name: string): Requirement[] {
  if (!isObjectType(type)) return []
  // Execution knows object types alone, so what an interface asks for is asked of them.
  return [type, ...type.getInterfaces()].flatMap((composite) => {
    const field = composite.getFields()[name]
    return [...readRequirements(composite), ...(field ? readRequirements(field) : [])].map(keep)
  })
}
