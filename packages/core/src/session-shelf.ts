import { digest } from '#seal'
import type { BackendConfig } from './backend-config.ts'
import { TrefoilError } from './errors.ts'
import { inSeconds } from './internal/clock.ts'
import type { Seal } from './seal.ts'
import type { SessionStore } from './session-store.ts'
import { expiryOf, isRecord, type SessionRecord } from './session.ts'

// A refresh takes five seconds at most; a server that dies while it holds a lock must not hold it long.
const lockLifetime = 15

/** Sessions in a store. Methods throw `session_store_unavailable` when the store fails. */
export interface SessionShelf {
  read(id: string): Promise<SessionRecord | undefined>
  write(record: SessionRecord): Promise<void>
  remove(record: SessionRecord): Promise<boolean>
  exclusively<Result>(
    record: SessionRecord,
    task: () => Promise<Result>,
  ): Promise<Result | undefined>
}

/**
 * Makes a {@link SessionShelf}. The store knows a session by the digest of its id and holds it sealed:
 * who reads the store can neither use nor read a session, and who writes to it cannot put one person's
 * under another's key.
 */
export function createSessionShelf(
  store: SessionStore,
  seal: Seal,
  config: BackendConfig,
): SessionShelf {
  const { cookies: settings, session: limits, clock } = config
  const keyOf = async (id: string): Promise<string> =>
    `${settings.name}:session:${await digest(id)}`

  return {
    async read(id) {
      const key = await keyOf(id)
      const sealed = await reach(() => store.get(key))
      const opened = typeof sealed === 'string' ? await seal.open(sealed) : undefined
      const record = opened?.data
      return isRecord(record) && record.id === id ? record : undefined
    },
    async write(record) {
      const until = expiryOf(record, limits)
      const sealed = await seal.close(record, until)
      const key = await keyOf(record.id)
      const timeToLive = Math.max(1, until - inSeconds(clock))
      await reach(() => store.set(key, sealed, timeToLive))
    },
    async remove(record) {
      const key = await keyOf(record.id)
      return reach(() => store.delete(key)).then(
        () => true,
        () => false,
      )
    },
    async exclusively(record, task) {
      if (!store.lock) return task()
      const key = `${await keyOf(record.id)}:lock`
      const release = await reach(async () => store.lock?.(key, lockLifetime))
      if (!release) return undefined
      try {
        return await task()
      } finally {
        // A lock that cannot be released ends by itself.
        await release().catch(() => undefined)
      }
    },
  }
}

/** Runs a task of a store; its failure is `session_store_unavailable`. */
export async function reach<Result>(task: () => Promise<Result>): Promise<Result> {
  try {
    return await task()
  } catch (cause) {
    throw new TrefoilError('session_store_unavailable', { cause })
  }
}
