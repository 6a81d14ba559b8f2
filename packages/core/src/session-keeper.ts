import { digest } from '#seal'
import type { BackendConfig } from './backend-config.ts'
import { clearChunks, cookieName, type Cookies, readChunks, writeChunks } from './cookies.ts'
import { TrefoilError } from './errors.ts'
import { createCache } from './internal/cache.ts'
import { inSeconds } from './internal/clock.ts'
import { asObject, asText } from './internal/encoding.ts'
import type { SetCookie } from './outcome.ts'
import { createSeal, type Seal } from './seal.ts'
import type { SessionStore } from './session-store.ts'
import { expiryOf, isRecord, type SessionRecord } from './session.ts'

/** A record as it was found. */
export interface Held {
  readonly record: SessionRecord
  /** An older secret sealed it, so it should be written again. */
  readonly stale: boolean
}

/**
 * Keeps session records: sealed in cookies, or in a store with a sealed id in the cookie. Methods that
 * need the store throw `session_store_unavailable` when it fails, because that is not "signed out".
 */
export interface SessionKeeper {
  /** Reads without writing. Damaged, expired, foreign and ended sessions are none. */
  read(present: Cookies): Promise<Held | undefined>
  /** The record as the store has it now; in cookies there is no other, so `undefined`. */
  reread(record: SessionRecord): Promise<SessionRecord | undefined>
  /** Puts a new record into the store; nothing to do in cookies. */
  store(record: SessionRecord): Promise<void>
  /**
   * Puts the next version of a record into the store, unless the session was signed out or another
   * server has stored a later version meanwhile.
   */
  replace(record: SessionRecord): Promise<void>
  /** The cookies that carry a record. */
  cookies(record: SessionRecord, present: Cookies): Promise<SetCookie[]>
  /** Ends a session here and now, whatever the store does; tells whether the store forgot it. */
  end(record: SessionRecord): Promise<boolean>
  /** Whether a session was ended in this process. */
  isEnded(record: SessionRecord): boolean
  /** Clears the session's cookies that the browser sent. */
  clear(present: Cookies): SetCookie[]
  /** Runs a task while no other server does, if the store can lock; else just runs it. */
  exclusively<Result>(
    record: SessionRecord,
    task: () => Promise<Result>,
  ): Promise<Result | undefined>
}

// A refresh takes five seconds at most; a server that dies while it holds a lock must not hold it long.
const lockLifetime = 15

/** Makes a {@link SessionKeeper}. */
export function createSessionKeeper(config: BackendConfig): SessionKeeper {
  const { cookies: settings, issuer, clientId, secrets, clock, session: limits } = config
  const name = cookieName(settings, 'session')
  const sealFor = (purpose: string): Seal =>
    createSeal({ secrets, context: [purpose, name, issuer, clientId], clock })
  const seal = sealFor('session')
  const shelf = limits.store && createShelf(limits.store, sealFor('stored-session'), config)
  const ended = createCache<true>(10_000)
  const isLive = (record: SessionRecord): boolean =>
    expiryOf(record, limits) > inSeconds(clock) && !ended.get(record.id)

  return {
    async read(present) {
      const sealed = readChunks(present, name)
      const opened = sealed === undefined ? undefined : await seal.open(sealed)
      if (!opened) return undefined
      const id = shelf && asText(asObject(opened.data)?.['sid'])
      const record = shelf ? id && (await shelf.read(id)) : opened.data
      if (!isRecord(record) || !isLive(record)) return undefined
      return { record, stale: opened.stale }
    },
    reread: async (record) => shelf?.read(record.id),
    store: async (record) => shelf?.write(record),
    async replace(record) {
      const current = await shelf?.read(record.id)
      if (!current || ended.get(record.id) || current.generation > record.generation) return
      await shelf?.write(record)
    },
    async cookies(record, present) {
      const until = expiryOf(record, limits)
      const sealed = await seal.close(shelf ? { sid: record.id } : record, until)
      return writeChunks(settings, name, sealed, until - inSeconds(clock), present)
    },
    async end(record) {
      ended.set(record.id, true)
      return shelf ? shelf.remove(record) : true
    },
    isEnded: (record) => ended.get(record.id) === true,
    clear: (present) => clearChunks(settings, name, present),
    exclusively: async (record, task) => (shelf ? shelf.exclusively(record, task) : task()),
  }
}

interface Shelf {
  read(id: string): Promise<SessionRecord | undefined>
  write(record: SessionRecord): Promise<void>
  remove(record: SessionRecord): Promise<boolean>
  exclusively<Result>(
    record: SessionRecord,
    task: () => Promise<Result>,
  ): Promise<Result | undefined>
}

// The store knows a session by the digest of its id and holds it sealed: who reads the store can
// neither use nor read a session, and who writes to it cannot put one person's under another's key.
function createShelf(store: SessionStore, seal: Seal, config: BackendConfig): Shelf {
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

async function reach<Result>(task: () => Promise<Result>): Promise<Result> {
  try {
    return await task()
  } catch (cause) {
    throw new TrefoilError('session_store_unavailable', { cause })
  }
}
