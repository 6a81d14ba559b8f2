import { assertRequirement, type Requirement } from '@trefoil/core'
import type { GraphQLResolveInfo } from 'graphql'
import { type Auth, type AuthContext, getAuth, guarding } from './auth.ts'
import type { Somebody } from './caller.ts'

/** A resolver of a field, or the `subscribe` of a subscription. */
export type Resolver<Source, Context, Args, Result> = (
  source: Source,
  args: Args,
  context: Context,
  info: GraphQLResolveInfo,
) => Result

/** A context whose caller is somebody. */
export type Guarded<Context> = Omit<Context, 'auth'> & { readonly auth: Auth<Somebody> }

/**
 * Guards a resolver, or the `subscribe` of a subscription: it runs for callers who meet the
 * requirement, and for anyone but nobody when there is none.
 *
 * Others get a GraphQL error for this field (`UNAUTHENTICATED` or `FORBIDDEN`). No cache may keep the
 * answer, whatever a hint says. Throws {@link ConfigurationError} at once for a requirement that it
 * does not know.
 *
 * @example
 * const reports = guard({ permissions: ['read:reports'] }, (source, args, { auth }) =>
 *   listReports(auth.caller.organization))
 */
export function guard<Source, Args, Result, Context extends AuthContext = AuthContext>(
  requirement: Requirement,
  resolver: Resolver<Source, Guarded<Context>, Args, Result>,
): Resolver<Source, Context, Args, Result> {
  return guardAll([keep(requirement)], resolver)
}

/** A copy of a requirement that nobody can change. Throws for one that is not known. */
export function keep(requirement: Requirement): Requirement {
  assertRequirement(requirement)
  return Object.freeze(structuredClone(requirement))
}

/** The same for requirements that must all be met. */
export function guardAll<Source, Args, Result, Context extends AuthContext>(
  requirements: readonly Requirement[],
  resolver: Resolver<Source, Guarded<Context>, Args, Result>,
): Resolver<Source, Context, Args, Result> {
  return (source, args, context, info) => {
    forbidCaching(info)
    assertGuarded(context, requirements)
    return resolver(source, args, context, info)
  }
}

function assertGuarded<Context extends AuthContext>(
  context: Context,
  requirements: readonly Requirement[],
): asserts context is Context & Guarded<Context> {
  const { require } = getAuth(context)[guarding]
  for (const requirement of requirements) require(requirement)
}

// Apollo's response cache goes by these hints, and answers before any guard is asked.
function forbidCaching(info: GraphQLResolveInfo): void {
  const cacheControl = 'cacheControl' in info ? info.cacheControl : undefined
  if (hasHint(cacheControl)) cacheControl.setCacheHint({ maxAge: 0, scope: 'PRIVATE' })
}

interface CacheControl {
  setCacheHint(hint: { maxAge: number; scope: 'PRIVATE' }): void
}

function hasHint(value: unknown): value is CacheControl {
  return typeof value === 'object' && value !== null && 'setCacheHint' in value
}
