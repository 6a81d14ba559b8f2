import { createMemoryStore, type SessionStore } from '../src/session-store.ts'

/** A store that tests look into, slow down and break. */
export interface OpenStore extends SessionStore {
  /** What it holds now, by key. */
  readonly entries: Map<string, string>
  /** Every key and value that was ever written. */
  readonly written: string[]
  /** How often it was asked for a value. */
  reads: number
  /** What every operation fails with; absent while it works. */
  failure: Error | undefined
  /** Runs before each operation. */
  before: (operation: 'get' | 'set' | 'delete' | 'lock', key: string) => Promise<void> | undefined
}

/** Makes an {@link OpenStore} in memory. */
export function createOpenStore(clock: () => number): OpenStore {
  const memory = createMemoryStore({ clock })
  const pass = async (operation: 'get' | 'set' | 'delete' | 'lock', key: string): Promise<void> => {
    await store.before(operation, key)
    if (store.failure) throw store.failure
  }
  const store: OpenStore = {
    entries: new Map(),
    written: [],
    reads: 0,
    failure: undefined,
    before: () => undefined,
    async get(key) {
      await pass('get', key)
      store.reads++
      // What tests plant counts; what is over does not.
      return (await memory.get(key)) === undefined ? undefined : store.entries.get(key)
    },
    async set(key, value, timeToLive) {
      await pass('set', key)
      store.entries.set(key, value)
      store.written.push(key, value)
      await memory.set(key, value, timeToLive)
    },
    async delete(key) {
      await pass('delete', key)
      store.entries.delete(key)
      await memory.delete(key)
    },
    async lock(key, timeToLive) {
      await pass('lock', key)
      return memory.lock?.(key, timeToLive)
    },
  }
  return store
}

/** The same store for servers that cannot lock. */
export function withoutLock(store: SessionStore): SessionStore {
  return {
    get: async (key) => store.get(key),
    set: async (key, value, timeToLive) => store.set(key, value, timeToLive),
    delete: async (key) => store.delete(key),
  }
}
