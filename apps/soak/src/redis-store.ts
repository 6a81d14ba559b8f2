import { createUnstorageStore, type SessionStore } from '@trefoil/core'
import { createStorage } from 'unstorage'
import redisDriver from 'unstorage/drivers/redis'

/** A {@link SessionStore} in Redis. */
export interface RedisStore extends SessionStore {
  close(): Promise<void>
}

/** Makes a {@link RedisStore} as an application would. */
export function createRedisStore(url: string): RedisStore {
  // Of itself the client waits longer and longer, two seconds in the end, before it connects again.
  const driver = redisDriver({ url, retryStrategy: () => 500 })
  // Else the client writes its troubles to the console; they are what is made here.
  driver.getInstance?.().on('error', () => undefined)
  const storage = createStorage({ driver })
  return {
    ...createUnstorageStore(storage),
    // `quit` would wait for a server that is gone.
    close: async () => driver.getInstance?.().disconnect(),
  }
}
