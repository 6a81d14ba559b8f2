import { createCache } from './internal/cache.ts'
import type { Clock } from './internal/clock.ts'

/**
 * Keeps sessions on the server, so that the cookie holds an id alone. Keys are digests of session ids
 * and values are sealed, so a reader of the store learns neither.
 *
 * Every method may reject; the answer to the request is then `session_store_unavailable` (503), never
 * "signed out".
 */
export interface SessionStore {
  /** The value, or `undefined` when there is none or its time is over. */
  get(key: string): Promise<string | undefined>
  /** Keeps a value for `timeToLive` seconds. */
  set(key: string, value: string, timeToLive: number): Promise<void>
  /** Forgets a value; it is no error when there is none. */
  delete(key: string): Promise<void>
  /**
   * Takes a lock for `timeToLive` seconds, so that of several servers one refreshes. Gives the
   * function that releases it, or `undefined` while another holds it. Without this method each server
   * refreshes by itself, which a provider with a rotation overlap forgives.
   */
  lock?(key: string, timeToLive: number): Promise<(() => Promise<void>) | undefined>
}

/**
 * Makes a {@link SessionStore} in this process's memory, for development, tests and a single server:
 * a restart signs everybody out. It holds `limit` sessions (default 10,000) and then drops those not
 * used for longest.
 *
 * @example
 * createBackendApp({ session: { store: createMemoryStore() } })
 */
export function createMemoryStore(options: { limit?: number; clock?: Clock } = {}): SessionStore {
  const { limit = 10_000, clock = Date.now } = options
  const entries = createCache<{ value: string; until: number }>(limit)
  const locks = createCache<{ until: number }>(limit)

  return {
    async get(key) {
      const entry = entries.get(key)
      if (entry && entry.until > clock()) return entry.value
      entries.delete(key)
      return undefined
    },
    async set(key, value, timeToLive) {
      entries.set(key, { value, until: clock() + timeToLive * 1000 })
    },
    async delete(key) {
      entries.delete(key)
    },
    async lock(key, timeToLive) {
      const held = locks.get(key)
      if (held && held.until > clock()) return undefined
      const lock = { until: clock() + timeToLive * 1000 }
      locks.set(key, lock)
      return async () => {
        if (locks.get(key) === lock) locks.delete(key)
      }
    },
  }
}
