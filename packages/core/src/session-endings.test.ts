import { beforeEach, describe, expect, it } from 'vitest'
import { createSessionEndings, type SessionEndings } from './session-endings.ts'
import { createMemoryStore, type SessionStore } from './session-store.ts'

describe('session endings', () => {
  let now: number
  let store: SessionStore
  let reads: number
  let endings: SessionEndings
  beforeEach(() => {
    now = 1_000_000
    reads = 0
    const memory = createMemoryStore({ clock: () => now })
    store = {
      ...memory,
      get: async (key) => {
        reads++
        return memory.get(key)
      },
    }
    endings = make()
  })

  function make(): SessionEndings {
    const clock = (): number => now
    const issuer = 'https://issuer.test'
    return createSessionEndings({ store, prefix: 'app', issuer, lifetime: 3600, clock })
  }

  const session = (startedAt = 999): Parameters<SessionEndings['has']>[0] => ({
    subject: 'kp_1',
    providerSessionId: 's-1',
    startedAt,
  })

  it('knows of none at first', async () => {
    expect(await endings.has(session())).toBe(false)
  })

  it('LO-10 ends every session of a user that has begun, and none that begins later', async () => {
    await endings.end({ subject: 'kp_1' })
    expect(await endings.has(session(999))).toBe(true)
    expect(await endings.has(session(1000))).toBe(true)
    expect(await endings.has(session(1000.001))).toBe(false)
    expect(await endings.has({ ...session(), subject: 'kp_2' })).toBe(false)
  })

  it('LO-10 ends the one session that is named, and not the others of the user', async () => {
    await endings.end({ subject: 'kp_1', sessionId: 's-1' })
    expect(await endings.has(session())).toBe(true)
    expect(await endings.has({ ...session(), providerSessionId: 's-2' })).toBe(false)
    expect(await endings.has({ subject: 'kp_1', startedAt: 1 })).toBe(false)
  })

  it('LO-10 counts in another process within a second', async () => {
    const other = make()
    expect(await other.has(session())).toBe(false)
    await endings.end({ subject: 'kp_1' })
    now += 500
    expect(await other.has(session())).toBe(true)
  })

  it('LO-10 counts at once where it came in', async () => {
    expect(await endings.has(session())).toBe(false)
    await endings.end({ subject: 'kp_1' })
    expect(await endings.has(session())).toBe(true)
  })

  it('LO-10 ends the one session whose own id is named', async () => {
    await endings.end({ id: 'own-1' })
    expect(await endings.has({ ...session(), id: 'own-1' })).toBe(true)
    expect(await endings.has({ ...session(), id: 'own-2' })).toBe(false)
    expect(await endings.has(session())).toBe(false)
  })

  it('takes no name of one kind for one of another', async () => {
    await endings.end({ id: 's-1' })
    await endings.end({ sessionId: 'kp_1' })
    expect(await endings.has(session())).toBe(false)
  })

  it.each(['soon', '', 'Infinity', 'NaN'])('%j in the store ends nothing', async (value) => {
    store.get = async () => value
    expect(await endings.has(session())).toBe(false)
  })

  it('is forgotten when no session of that time can be left', async () => {
    await endings.end({ subject: 'kp_1' })
    now += 3_599_999
    expect(await endings.has(session())).toBe(true)
    now += 1000
    expect(await make().has(session())).toBe(false)
  })

  it('asks the store twice a second at most, however many requests come', async () => {
    for (let round = 0; round < 50; round++) await endings.has(session())
    expect(reads).toBe(2)
  })

  it('asks the store for what a session has, and not for what came in here', async () => {
    await endings.has({ subject: 'kp_2', startedAt: 1 })
    expect(reads).toBe(1)
    await endings.end({ subject: 'kp_1' })
    await endings.has(session())
    expect(reads).toBe(2)
  })

  it('tells a store that is down from a session that goes on', async () => {
    store.get = async () => {
      throw new Error('down')
    }
    await expect(endings.has(session())).rejects.toThrow('down')
  })

  it('keeps no user id in the store in the clear', async () => {
    const keys: string[] = []
    const spied = { ...store, set: async (key: string) => void keys.push(key) }
    const prefix = 'app'
    const clock = (): number => now
    await createSessionEndings({ store: spied, prefix, issuer: 'i', lifetime: 1, clock }).end({
      subject: 'kp_1',
    })
    expect(keys).toEqual([expect.stringMatching(/^app:ended:[\w-]{43}$/)])
  })
})
