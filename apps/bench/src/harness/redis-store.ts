import { randomUUID } from 'node:crypto'
import type { SessionStore } from '@trefoil/core'
import { loadPeer } from './peers.ts'

/** What we use of the package `redis`; connect-redis takes the same client. */
export interface RedisClient {
  connect(): Promise<unknown>
  get(key: string): Promise<string | null>
  set(key: string, value: string, options: { EX: number; NX?: boolean }): Promise<string | null>
  del(key: string): Promise<number>
}

/** Connects to Redis with the client that the peers use as well. */
export async function connectRedis(url: string): Promise<RedisClient> {
  const { createClient } = await loadPeer<{
    createClient: (options: { url: string }) => RedisClient
  }>('redis')
  const client = createClient({ url })
  await client.connect()
  return client
}

/** Makes a Trefoil session store of Redis, as an application would. */
export async function createRedisStore(url: string): Promise<SessionStore> {
  const client = await connectRedis(url)
  return {
    get: async (key) => (await client.get(key)) ?? undefined,
    async set(key, value, timeToLive) {
      await client.set(key, value, { EX: timeToLive })
    },
    async delete(key) {
      await client.del(key)
    },
    async lock(key, timeToLive) {
      const holder = randomUUID()
      const taken = await client.set(key, holder, { EX: timeToLive, NX: true })
      if (taken === null) return undefined
      return async () => {
        if ((await client.get(key)) === holder) await client.del(key)
      }
    },
  }
}
