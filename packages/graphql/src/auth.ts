import { AccessDeniedError, type Decision, decide, type Requirement } from '@trefoil/core'
import { refuseBearer } from '@trefoil/core/bearer'
import type { GraphQLError } from 'graphql'
import { toGraphqlError } from './auth-error.ts'
import { type Caller, nobody, type Somebody } from './caller.ts'
import { noAnswer, type PrivateAnswer } from './private-answer.ts'

/**
 * Who sent an operation and what they may do, as `context.auth`. An answer for which it was asked is
 * `Cache-Control: private, no-store`.
 */
export interface Auth<Who extends Caller = Caller> {
  /** A user, a machine or nobody. */
  readonly caller: Who
  /**
   * Gives the caller, who is somebody and meets the requirement.
   *
   * Throws a GraphQL error with `extensions.code` `UNAUTHENTICATED` for nobody, or `FORBIDDEN` with
   * what is `missing`; and {@link ConfigurationError} for a requirement that it does not know.
   */
  require(requirement?: Requirement): Exclude<Who, { kind: 'nobody' }>
  /** Says whether the caller is somebody and meets the requirement. */
  can(requirement?: Requirement): boolean
  /** For the guards of this package. */
  readonly [guarding]: Guarding
}

/** What every resolver finds in its context. */
// oxlint-disable-next-line typescript/consistent-type-definitions -- graphql-http takes no interface
export type AuthContext = {
  readonly auth: Auth
}

/** How the guards of this package ask. */
export interface Guarding {
  /** As `require`, for a requirement that never changes: an operation decides once about each. */
  readonly require: (requirement: Requirement) => Somebody
  /** Has somebody told whenever it is asked who the caller is. */
  readonly watch: (listener: () => void) => void
}

/** The key of {@link Guarding}; shared by copies of this package in one process. */
export const guarding: unique symbol = Symbol.for('@trefoil/graphql')

/** What {@link createAuth} can be told beside the caller. */
export interface AuthParts {
  /** The answer that goes out; none on a socket. */
  readonly answer?: PrivateAnswer
  /** Says whether the credentials are still good; a socket outlives them. Default: they are. */
  readonly isCurrent?: () => boolean
}

/**
 * Makes `context.auth` of a caller, for tests of resolvers and for servers of other kinds. Those need to
 * find out themselves who called, as `createBearerVerifier` does.
 *
 * @example
 * const contextValue = { auth: createAuth({ kind: 'nobody' }) }
 */
export function createAuth(caller: Caller, parts: AuthParts = {}): Auth {
  const { answer = noAnswer, isCurrent = () => true } = parts
  // Credentials came with the request, so whatever it is answered is for their owner.
  if (caller.kind !== 'nobody') answer.touch()
  const decisions = new WeakMap<Requirement, Decision>()
  const listeners: (() => void)[] = []

  const ask = (): Caller => {
    answer.touch()
    for (const tell of listeners) tell()
    return isCurrent() ? caller : nobody
  }
  const enforce = (decision: Decision): Somebody => {
    const asked = ask()
    if (decision.allowed && asked.kind !== 'nobody') return asked
    throw refuse(decision, asked, answer)
  }
  const decideOnce = (requirement: Requirement): Decision => {
    const known = decisions.get(requirement) ?? decide(rightsOf(caller), requirement)
    decisions.set(requirement, known)
    return known
  }

  return {
    get caller() {
      return ask()
    },
    require: (requirement) => enforce(decide(rightsOf(caller), requirement)),
    can: (requirement) => decide(rightsOf(ask()), requirement).allowed,
    [guarding]: {
      require: (requirement) => enforce(decideOnce(requirement)),
      watch: (listener) => void listeners.push(listener),
    },
  }
}

/**
 * Gives `context.auth`, and throws when no context function of this package made it.
 *
 * @example
 * const { caller } = getAuth(context)
 */
export function getAuth(context: unknown): Auth {
  if (hasAuth(context)) return context.auth
  throw new Error(
    'context.auth is missing: give the server a context function of @trefoil/graphql, and keep its member auth.',
  )
}

// Another library may well have an `auth` of its own, which would let everybody in.
function hasAuth(context: unknown): context is AuthContext {
  if (typeof context !== 'object' || context === null || !('auth' in context)) return false
  return typeof context.auth === 'object' && context.auth !== null && guarding in context.auth
}

function rightsOf(caller: Caller): Somebody | null {
  return caller.kind === 'nobody' ? null : caller
}

function refuse(decision: Decision, caller: Caller, answer: PrivateAnswer): GraphQLError {
  // Decided about credentials that have expired since: they grant nothing now.
  const denied = decision.allowed || caller.kind === 'nobody' ? signedOut : decision
  if (caller.kind === 'user' && caller.session && denied.reason === 'access_denied') {
    return toGraphqlError(new AccessDeniedError(denied.missing))
  }
  const error = refuseBearer(denied)
  const challenge = error.headers['www-authenticate']
  if (challenge !== undefined) answer.challenge(challenge)
  return toGraphqlError(error)
}

const signedOut = { allowed: false, reason: 'not_authenticated' } as const
