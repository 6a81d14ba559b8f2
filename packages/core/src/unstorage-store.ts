import type { Clock } from './internal/clock.ts'
import { asObject, parseJson, randomText } from './internal/encoding.ts'
import type { SessionStore } from './session-store.ts'

/** What a store needs of an `unstorage` storage; every `Storage` of unstorage 1 has it. */
export interface UnstorageStorage {
  /** The value of a key, or null. */
  getItem(key: string): Promise<unknown>
  /** Keeps a value; `ttl` is in seconds, and many drivers ignore it. */
  setItem(key: string, value: string, options?: { ttl?: number }): Promise<void>
  /** Forgets a key. */
  removeItem(key: string): Promise<void>
  /** The driver that is mounted at a key; used to find a Redis. */
  getMount?(key?: string): { readonly driver: UnstorageDriver }
}

/** What a store looks at in an `unstorage` driver. */
export interface UnstorageDriver {
  readonly name?: string
  readonly options?: unknown
  readonly getInstance?: () => unknown
}

/** Options of {@link createUnstorageStore}. */
export interface UnstorageStoreOptions {
  /**
   * Where the driver is mounted, for a storage that is a part of another (`prefixStorage`, or
   * `useStorage('sessions')` in Nuxt). Default: at the root.
   */
  mount?: string
  /** Takes a lock as {@link SessionStore} says. Default: Redis's own with the `redis` driver, else none. */
  lock?: NonNullable<SessionStore['lock']>
  /** The time in milliseconds, for tests. Default: `Date.now`. */
  clock?: Clock
}

/**
 * Makes a {@link SessionStore} of any `unstorage` storage. Values end on time whether or not the
 * driver knows how to expire them; a driver that does not (memory, files) keeps what is over until it
 * is written again or cleared.
 *
 * With the `redis` driver several servers refresh a session once; with another one that needs the
 * option `lock`.
 *
 * @example
 * const storage = createStorage({ driver: redisDriver({ url: process.env.REDIS_URL }) })
 * createBackendApp({ session: { store: createUnstorageStore(storage) } })
 */
export function createUnstorageStore(
  storage: UnstorageStorage,
  options: UnstorageStoreOptions = {},
): SessionStore {
  const { clock = Date.now, mount = '' } = options
  const lock = options.lock ?? findRedisLock(storage.getMount?.(mount).driver)

  return {
    async get(key) {
      const { value, until } = readEntry(await storage.getItem(key))
      const isLive = typeof until === 'number' && until > clock()
      return isLive && typeof value === 'string' ? value : undefined
    },
    async set(key, value, timeToLive) {
      const until = clock() + timeToLive * 1000
      await storage.setItem(key, JSON.stringify({ value, until }), { ttl: Math.ceil(timeToLive) })
    },
    delete: async (key) => storage.removeItem(key),
    ...(lock && { lock }),
  }
}

// An object, so that it comes back as it went in: a text that looks like a number would not.
function readEntry(item: unknown): Record<string, unknown> {
  return asObject(typeof item === 'string' ? parseJson(item) : item) ?? {}
}

/** The commands of an `ioredis` client that a lock needs. */
interface RedisClient {
  set(key: string, value: string, unit: 'PX', milliseconds: number, when: 'NX'): Promise<unknown>
  eval(script: string, keyCount: number, ...rest: string[]): Promise<unknown>
}

// Who holds the lock releases it; a server whose lock has run out must not release another's.
const compareAndDelete =
  "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end"

function findRedisLock(driver: UnstorageDriver | undefined): SessionStore['lock'] {
  const { name, options, getInstance } = driver ?? {}
  if (name !== 'redis' || !getInstance) return undefined
  const base = asObject(options)?.['base']
  const prefix = typeof base === 'string' && base !== '' ? `${base.replace(/:$/, '')}:` : ''

  return async (key, timeToLive) => {
    const client = getInstance()
    if (!isRedis(client)) throw new TypeError('the redis driver has no client that can lock')
    const [name, holder] = [`${prefix}${key}`, randomText()]
    const taken = await client.set(name, holder, 'PX', Math.ceil(timeToLive * 1000), 'NX')
    if (taken !== 'OK') return undefined
    return async () => {
      await client.eval(compareAndDelete, 1, name, holder)
    }
  }
}

function isRedis(client: unknown): client is RedisClient {
  return (
    typeof client === 'object' &&
    client !== null &&
    'set' in client &&
    'eval' in client &&
    typeof client.set === 'function' &&
    typeof client.eval === 'function'
  )
}
