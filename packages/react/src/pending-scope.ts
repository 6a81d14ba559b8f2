'use client'

import type { Session } from '@trefoil/core'
import { createServerSessionStore, refusedAccess } from '@trefoil/core/frontend'
import { type AuthScope, createScope } from './auth-scope.ts'
import { use } from './use-promise.ts'

/** What a server may know: a session, nobody, or nothing at all. */
export type KnownSession = Session | null | undefined

/** A scope whose session is on its way. */
export interface PendingScope {
  /** Never rejects. */
  readonly pending: Promise<KnownSession>
  /** The scope for what the promise gave; the same one at every call. */
  open(session: KnownSession): AuthScope
  /** The scope, while React renders; suspends until the promise has settled. */
  unwrap(): AuthScope
}

/** The scope of a session that a server holds. */
export function openSession(session: KnownSession, basePath: string): AuthScope {
  return createScope(createServerSessionStore({ session, basePath }), basePath, refusedAccess)
}

/** The scope of a session that a server will tell. */
export function awaitSession(session: Promise<KnownSession>, basePath: string): PendingScope {
  const pending = withoutRejection(session)
  let opened: AuthScope | undefined
  const open = (known: KnownSession): AuthScope => (opened ??= openSession(known, basePath))
  return { pending, open, unwrap: () => open(use(pending)) }
}

// React forgets the state of what was never shown, and can only unwrap a promise that is the same when
// it tries again; so what is made of a promise hangs on that promise.
const unbroken = new WeakMap<Promise<KnownSession>, Promise<KnownSession>>()

function withoutRejection(session: Promise<KnownSession>): Promise<KnownSession> {
  const known = unbroken.get(session)
  if (known) return known
  // What a server component passes on is no promise but a thenable of React, whose `then` gives nothing.
  // An outage is not a sign-out: nothing is known, so the browser asks the server.
  const made = Promise.resolve(session).then(
    (value) => value,
    () => undefined,
  )
  unbroken.set(session, made)
  return made
}
