import type { Rights, Session } from '@trefoil/core'
import type { BearerIdentity } from '@trefoil/core/bearer'

/** A user, by an access token or by a session. */
export interface UserCaller extends Rights {
  readonly kind: 'user'
  /** Who it is: the `sub` claim. */
  readonly subject: string
  /** The application that the token was given to; null with a session, or when the token does not tell. */
  readonly clientId: string | null
  /** The verified access token; null when the user comes with a session. */
  readonly bearer: BearerIdentity | null
  /** The session of `@trefoil/express`; null when the user comes with a token. */
  readonly session: Session | null
}

/** An application that acts as itself (client credentials). */
export interface MachineCaller extends Rights {
  readonly kind: 'machine'
  /** The `sub` claim; null for most machine tokens. */
  readonly subject: string | null
  readonly clientId: string | null
  readonly bearer: BearerIdentity
  readonly session: null
}

/** A request without credentials. Credentials that are no good are never nobody, but an error. */
export interface Nobody {
  readonly kind: 'nobody'
}

/** Who sent an operation. */
export type Caller = UserCaller | MachineCaller | Nobody

/** Anyone but nobody. */
export type Somebody = UserCaller | MachineCaller

/** The one {@link Nobody}. */
export const nobody: Nobody = Object.freeze({ kind: 'nobody' })

/** The caller that a verified access token names. */
export function callerOfToken(bearer: BearerIdentity): Somebody {
  const { subject, clientId } = bearer
  const rights = { ...rightsOf(bearer), clientId, bearer, session: null }
  // The verifier lets no token of a user through that does not say whose it is.
  if (bearer.kind === 'user' && subject !== null) return { kind: 'user', subject, ...rights }
  return { kind: 'machine', subject, ...rights }
}

/** The caller that a session names. */
export function callerOfSession(session: Session): UserCaller {
  const { id: subject } = session.user
  return { kind: 'user', subject, clientId: null, bearer: null, session, ...rightsOf(session) }
}

function rightsOf({ organization, permissions, roles, flags, scopes }: Rights): Rights {
  return { organization, permissions, roles, flags, scopes }
}
