import { digest } from '#seal'
import { createCache } from './internal/cache.ts'
import type { Clock } from './internal/clock.ts'
import type { LogoutTarget } from './logout-token.ts'
import type { SessionStore } from './session-store.ts'

/** What an ending is compared with. */
export interface EndableSession {
  /** The session's own id, where nothing but an ending can end it. */
  readonly id?: string
  readonly subject: string
  /** The session at the provider (`sid`), when the ID token told it. */
  readonly providerSessionId?: string
  /** When the sign-in began, in seconds since 1970 with their fraction. */
  readonly startedAt: number
}

/**
 * Remembers, for every process that shares a store, whose sessions were ended from elsewhere: by the
 * provider (Back-Channel Logout) or by an administrator. Methods reject as the store does.
 */
export interface SessionEndings {
  /** Ends what has begun up to now, sign-ins under way included; who signs in again is not held up. */
  end(target: LogoutTarget | { readonly id: string }): Promise<void>
  /** Whether a session was ended so. */
  has(session: EndableSession): Promise<boolean>
}

// An ending must count in every process within a second, and must not cost a look into the store for
// each request: what was read is believed for half of that.
const believedFor = 500

/** Makes {@link SessionEndings}; `lifetime` is how many seconds a session can last at most. */
export function createSessionEndings(options: {
  store: SessionStore
  /** What keys begin with: the application's name. */
  prefix: string
  issuer: string
  lifetime: number
  clock: Clock
}): SessionEndings {
  const { store, prefix, issuer, lifetime, clock } = options
  const known = createCache<{ endedAt: number; readAt: number }>(10_000)
  const keyOf = async (kind: Kind, value: string): Promise<string> =>
    `${prefix}:ended:${await digest(JSON.stringify([issuer, kind, value]))}`

  // Nothing was ended: earlier than any session.
  const read = async (key: string): Promise<number> => {
    const held = known.get(key)
    if (held && clock() - held.readAt < believedFor) return held.endedAt
    const readAt = clock()
    const endedAt = Number((await store.get(key)) ?? Number.NaN)
    const time = Number.isFinite(endedAt) ? endedAt : Number.NEGATIVE_INFINITY
    known.set(key, { endedAt: time, readAt })
    return time
  }

  return {
    async end(target) {
      const key = await keyOf(...nameOf(target))
      const endedAt = clock() / 1000
      await store.set(key, String(endedAt), lifetime)
      known.set(key, { endedAt, readAt: clock() })
    },
    async has({ id, subject, providerSessionId, startedAt }) {
      const keys = await Promise.all([
        keyOf('sub', subject),
        ...(id === undefined ? [] : [keyOf('id', id)]),
        ...(providerSessionId === undefined ? [] : [keyOf('sid', providerSessionId)]),
      ])
      const times = await Promise.all(keys.map(read))
      return times.some((endedAt) => startedAt <= endedAt)
    },
  }
}

type Kind = 'sub' | 'sid' | 'id'

// With a `sid` that one session is meant, and not the user's others (Back-Channel Logout 2.5).
function nameOf(target: LogoutTarget | { readonly id: string }): [Kind, string] {
  if ('id' in target) return ['id', target.id]
  const { subject, sessionId } = target
  return sessionId === undefined ? ['sub', subject ?? ''] : ['sid', sessionId]
}
