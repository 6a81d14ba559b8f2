import { assertRequirement, ConfigurationError, type Requirement } from '@trefoil/core'
import {
  type ASTNode,
  type DirectiveNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type NameNode,
  valueFromASTUntyped,
  visit,
} from 'graphql'

/** The name of our directive. */
export const directiveName = 'auth'

/** A type or a field, as far as its directives go. */
interface Directed {
  readonly astNode?: Definition | null | undefined
  readonly extensionASTNodes?: readonly Definition[]
}

type Definition = ASTNode & { readonly directives?: readonly DirectiveNode[] | undefined }

/** What the directives on a type or a field ask for. */
export function readRequirements({ astNode, extensionASTNodes = [] }: Directed): Requirement[] {
  const nodes = [...(astNode ? [astNode] : []), ...extensionASTNodes]
  return nodes
    .flatMap(({ directives = [] }) => directives)
    .filter(({ name }) => name.value === directiveName)
    .map(readRequirement)
}

function readRequirement({ arguments: given = [] }: DirectiveNode): Requirement {
  // The names and the shapes are checked where it is kept.
  return Object.fromEntries(
    given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)] as const),
  )
}

/**
 * Says what is wrong with the directives of a schema. Many tools take definitions for valid, and then
 * an `@auth` that is misspelled, or stands where nothing heeds it, would guard nothing.
 */
export function findDirectiveProblems(schema: GraphQLSchema): string[] {
  const problems = findDirectives(schema).flatMap(({ node, place, isGuard }) => {
    const name = node.name.value
    if (name === directiveName) return isGuard ? findProblems(node, place) : [misplaced(place)]
    return schema.getDirective(name) ? [] : [undeclared(name, place)]
  })
  return [...new Set(problems)]
}

/** The names of the types and fields that have the directive. */
export function findDirected(schema: GraphQLSchema): string[] {
  const found = findDirectives(schema).filter(({ node }) => node.name.value === directiveName)
  return [...new Set(found.map(({ place }) => place))]
}

function findProblems(node: DirectiveNode, place: string): readonly string[] {
  try {
    assertRequirement(readRequirement(node))
    return []
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return error.problems.map((problem) => `@${directiveName} on ${place}: ${problem}`)
  }
}

function misplaced(place: string): string {
  return `@${directiveName} on ${place} guards nothing there: put it on an object type, an interface or one of their fields.`
}

function undeclared(name: string, place: string): string {
  return `@${name} on ${place} is declared nowhere: add its declaration to the type definitions, or if @${directiveName} is meant, spell it so.`
}

interface Found {
  readonly node: DirectiveNode
  readonly place: string
  /** Whether the directive can guard something there. */
  readonly isGuard: boolean
}

function findDirectives(schema: GraphQLSchema): Found[] {
  const types = Object.values(schema.getTypeMap())
  const fields = types.flatMap((type) =>
    isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields()).map((field) => findIn(field.astNode, `${type.name}.`))
      : [],
  )
  // A tool may have replaced the node of a field and left that of its type as it was, or the reverse.
  return [schema, ...types]
    .flatMap(({ astNode, extensionASTNodes }) => [astNode, ...extensionASTNodes])
    .map((node) => findIn(node))
    .concat(fields)
    .flat()
}

function findIn(root: ASTNode | null | undefined, prefix = ''): Found[] {
  const found: Found[] = []
  if (!root) return found
  visit(root, {
    Directive(node, _key, _parent, _path, ancestors) {
      const around = ancestors.flatMap((entry) => ('kind' in entry ? [entry] : []))
      const place = prefix + around.flatMap(nameOf).join('.')
      found.push({ node, place: place || 'the schema', isGuard: guards.has(around.at(-1)?.kind) })
    },
  })
  return found
}

const guards: ReadonlySet<unknown> = new Set([
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.OBJECT_TYPE_EXTENSION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_EXTENSION,
  Kind.FIELD_DEFINITION,
])

function nameOf(node: ASTNode): string[] {
  const { name }: { name?: NameNode | undefined } = 'name' in node ? node : {}
  return name ? [name.value] : []
}
