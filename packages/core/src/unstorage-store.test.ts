import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createStorage, prefixStorage, type Storage } from 'unstorage'
import fsDriver from 'unstorage/drivers/fs-lite'
import redisDriver from 'unstorage/drivers/redis'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBrowser } from '../test/browser.ts'
import { findRedis } from '../test/redis.ts'
import { createSite } from '../test/site.ts'
import { describeLock, describeStore, type StoreUnderTest } from '../test/store-contract.ts'
import { guardStore } from './guarded-store.ts'
import { createMemoryStore } from './session-store.ts'
import { createUnstorageStore } from './unstorage-store.ts'

const redis = await findRedis()

/** A store on a storage, with a clock of its own. */
function withClock(storage: Storage): StoreUnderTest {
  let now = 1_790_000_000_000
  return {
    store: createUnstorageStore(storage, { clock: () => now }),
    wait: async (seconds) => void (now += seconds * 1000),
  }
}

describe('the memory store', () => {
  const make = (): StoreUnderTest => {
    let now = 0
    const store = createMemoryStore({ clock: () => now })
    return { store, wait: async (seconds) => void (now += seconds * 1000) }
  }
  describeStore(make)
  describeLock(make)
})

describe('an unstorage store in memory', () => {
  describeStore(() => withClock(createStorage()))
  describeStore(() => withClock(prefixStorage(createStorage(), 'sessions')))

  it('cannot lock, unless it is told how', async () => {
    expect(createUnstorageStore(createStorage())).not.toHaveProperty('lock')
    const { lock } = createMemoryStore()
    expect(createUnstorageStore(createStorage(), { ...(lock && { lock }) }).lock).toBe(lock)
  })

  it('tells a driver that can expire when', async () => {
    const told: unknown[] = []
    const storage = createStorage()
    const setItem = async (...parts: unknown[]): Promise<void> => void told.push(parts)
    await createUnstorageStore({ ...storage, setItem }, { clock: () => 5000 }).set('a:b', 'v', 1.5)
    expect(told).toEqual([['a:b', '{"value":"v","until":6500}', { ttl: 2 }]])
  })

  it('takes what others wrote for nothing', async () => {
    const storage = createStorage()
    const store = createUnstorageStore(storage)
    for (const [key, value] of Object.entries({
      a: 'text',
      b: 1,
      c: null,
      d: ['x'],
      e: { value: 'x' },
    })) {
      await storage.setItem(key, value)
      expect(await store.get(key)).toBeUndefined()
    }
  })
})

describe('an unstorage store of files', () => {
  let base: string
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'trefoil-'))
  })
  afterEach(async () => rm(base, { recursive: true }))

  describeStore(() => withClock(createStorage({ driver: fsDriver({ base }) })))

  it('keeps a session through sign-in, refresh, sign-out and ending', async () => {
    const site = await createSite()
    const store = createUnstorageStore(createStorage({ driver: fsDriver({ base }) }), {
      clock: site.now,
    })
    const browser = createBrowser(site.another({ session: { store } }))
    await site.signIn(browser)
    expect((await browser.open('/', { force: true })).state).toBe('renewed')
    const headers = { 'sec-fetch-site': 'same-origin' }
    await browser.go('/auth/logout', { method: 'POST', headers })
    await site.signIn(browser)
    site.wait(1)
    await site.another({ session: { store } }).endSessions({ subject: 'kp_1' })
    site.wait(1)
    expect((await browser.open()).session).toBeNull()
  })
})

describe.skipIf(redis.missing)(`an unstorage store in Redis (${redis.missing ?? 'found'})`, () => {
  const url = redis.url ?? ''
  const base = `trefoil-test-${crypto.randomUUID()}`
  const open: Storage[] = []
  afterAll(async () => {
    await Promise.all(open.map(async (storage) => storage.clear()))
    await Promise.all(open.map(async (storage) => storage.dispose()))
    await redis.stop?.()
  })
  const connect = (): Storage => {
    const storage = createStorage({ driver: redisDriver({ url, base }) })
    open.push(storage)
    return storage
  }
  const shared = connect()
  const make = (): StoreUnderTest => ({
    store: createUnstorageStore(shared),
    wait: async (seconds) => sleep(seconds * 1000),
  })

  describeStore(make)
  describeLock(make)

  it('SE-24 has Redis forget what is over', async () => {
    await createUnstorageStore(shared).set('app:session:ttl', 'v', 90)
    const client = new Redis(url)
    expect(await client.ttl(`${base}:app:session:ttl`)).toBeGreaterThan(80)
    await createUnstorageStore(shared).lock?.('app:lock:ttl', 20)
    expect(await client.ttl(`${base}:app:lock:ttl`)).toBeGreaterThan(10)
    client.disconnect()
  })

  it('finds the driver where it is mounted', async () => {
    const storage = createStorage()
    storage.mount('sessions', redisDriver({ url, base }))
    open.push(storage)
    const part = prefixStorage(storage, 'sessions')
    expect(createUnstorageStore(part)).not.toHaveProperty('lock')
    const store = createUnstorageStore(part, { mount: 'sessions' })
    const release = await store.lock?.('app:lock:part', 10)
    expect(await createUnstorageStore(shared).lock?.('app:lock:part', 10)).toBeUndefined()
    await release?.()
  })

  it('RF-02 LD-06 lets two servers refresh fifty sessions once each, with strict rotation', async () => {
    const site = await createSite()
    const servers = [connect(), connect()].map((storage) =>
      site.another({ session: { store: createUnstorageStore(storage, { clock: site.now }) } }),
    )
    const browsers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const browser = createBrowser(servers[0] ?? site.app)
        await site.signIn(browser)
        return browser
      }),
    )
    site.wait(3600)
    const answers = await Promise.all(
      browsers.flatMap((browser) => servers.map(async (server) => browser.copy(server).open())),
    )
    expect(answers.map(({ session }) => session?.user.id)).toEqual(answers.map(() => 'kp_1'))
    expect(site.tokenCalls('refresh_token')).toBe(50)
  })

  it('SE-22 gives up on a Redis that hangs after half a second and goes on when it answers', async () => {
    const client = new Redis(url)
    const store = guardStore(createUnstorageStore(connect()), Date.now)
    await store.set('app:session:slow', 'v', 60)
    await client.call('CLIENT', 'PAUSE', '700', 'ALL')
    const start = performance.now()
    await expect(store.get('app:session:slow')).rejects.toMatchObject({
      code: 'session_store_unavailable',
    })
    expect(performance.now() - start).toBeLessThan(650)
    await client.ping()
    expect(await store.get('app:session:slow')).toBe('v')
    client.disconnect()
  })

  it('SE-20 is unavailable, and not empty, where no Redis is', async () => {
    const driver = redisDriver({ port: 1, host: '127.0.0.1', lazyConnect: true })
    const storage = createStorage({ driver })
    driver.getInstance?.().on('error', () => undefined)
    const store = guardStore(createUnstorageStore(storage), Date.now)
    await expect(store.get('app:session:x')).rejects.toMatchObject({ status: 503 })
    await storage.dispose()
  })
})
