import { digest } from '#seal'
import type { BackendConfig } from './backend-config.ts'
import { inSeconds } from './internal/clock.ts'
import { pause } from './internal/deadline.ts'
import type { Seal } from './seal.ts'
import type { SessionStore } from './session-store.ts'
import { expiryOf, isRecord, type SessionRecord } from './session.ts'

/** Sessions in a store. Methods throw `session_store_unavailable` when the store fails. */
export interface SessionShelf {
  /** Whether the store can lock, so that of several servers one refreshes. */
  readonly canLock: boolean
  read(id: string): Promise<SessionRecord | undefined>
  /** Puts a new record on the shelf. */
  write(record: SessionRecord): Promise<void>
  /**
   * Puts the next version of a record in its place and gives what stands then: this one, a later one
   * of another server, or `undefined` when the session was signed out meanwhile.
   */
  replace(record: SessionRecord): Promise<SessionRecord | undefined>
  /** Takes a record off, whatever the store does; tells whether it did. */
  remove(record: Pick<SessionRecord, 'id'>): Promise<boolean>
  /** Runs a task while no other server does; `undefined` when one does. */
  exclusively<Result>(
    record: SessionRecord,
    task: () => Promise<Result>,
  ): Promise<Result | undefined>
}

// Longer than any write of a server that has not heard of the sign-out can be under way.
const signOutMark = 60
const releasePause = 250
// Milliseconds that all operations of the store while a lock is held can take.
const storePatience = 3_000

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
  const { cookies: settings, session: limits, clock, timeout } = config
  // A file system has no place below a file, so no key begins with another.
  const keyOf = async (kind: 'session' | 'lock' | 'signed-out', id: string): Promise<string> =>
    `${settings.name}:${kind}:${await digest(id)}`

  const read = async (id: string): Promise<SessionRecord | undefined> => {
    const key = await keyOf('session', id)
    const sealed = await store.get(key)
    if (sealed === undefined) return undefined
    const record = (await seal.open(sealed))?.data
    if (isRecord(record) && record.id === id) return record
    await store.delete(key)
    return undefined
  }
  const write = async (record: SessionRecord): Promise<void> => {
    const until = expiryOf(record, limits)
    const sealed = await seal.close(record, until)
    const timeToLive = Math.max(1, Math.ceil(until - inSeconds(clock)))
    await store.set(await keyOf('session', record.id), sealed, timeToLive)
  }

  return {
    canLock: store.lock !== undefined,
    read,
    write,
    async replace(record) {
      const current = await read(record.id)
      if (!current || current.generation > record.generation) return current
      await write(record)
      // A sign-out on another server that came between the two must not be undone.
      if ((await store.get(await keyOf('signed-out', record.id))) === undefined) return record
      await store.delete(await keyOf('session', record.id))
      return undefined
    },
    async remove({ id }) {
      const isMarked = await succeeds(store.set(await keyOf('signed-out', id), '1', signOutMark))
      const isDeleted = await succeeds(store.delete(await keyOf('session', id)))
      return isMarked && isDeleted
    },
    exclusively: async ({ id }, task) =>
      store.lock ? withLock(store, await keyOf('lock', id), timeout, task) : task(),
  }
}

/** Whether a task succeeds. */
export async function succeeds(task: Promise<unknown>): Promise<boolean> {
  return task.then(
    () => true,
    () => false,
  )
}

// A token request, keys that were not known yet, and a look into the store before and after. A server
// that dies while it holds a lock must not hold it longer than that.
async function withLock<Result>(
  store: SessionStore,
  key: string,
  timeout: number,
  task: () => Promise<Result>,
): Promise<Result | undefined> {
  const lifetime = 3 * timeout + storePatience
  const release = await store.lock?.(key, Math.ceil(lifetime / 1000))
  if (!release) return undefined
  try {
    return await task()
  } finally {
    if (!(await succeeds(release()))) void releaseLater(release, lifetime)
  }
}

// A store that was gone for a moment must not keep the others waiting until the lock ends by itself.
async function releaseLater(release: () => Promise<void>, lifetime: number): Promise<void> {
  for (let waited = 0; waited < lifetime; waited += releasePause) {
    await pause(releasePause)
    if (await succeeds(release())) return
  }
}
