import { beforeEach, describe, expect, it } from 'vitest'
import { createOpenStore, type OpenStore, withoutLock } from '../test/stores.ts'
import { untilDone, useFastTimers } from '../test/time.ts'
import { guardStore } from './guarded-store.ts'
import type { SessionStore } from './session-store.ts'

describe('a guarded store', () => {
  useFastTimers()
  let now: number
  let open: OpenStore
  let store: SessionStore
  beforeEach(() => {
    now = 0
    open = createOpenStore(() => now)
    store = guardStore(open, () => now)
  })
  const unavailable = expect.objectContaining({ code: 'session_store_unavailable', status: 503 })
  const fail = async (): Promise<void> => {
    await expect(store.get('a')).rejects.toEqual(unavailable)
  }

  it('passes everything on', async () => {
    await store.set('a', '1', 60)
    expect(await store.get('a')).toBe('1')
    await store.delete('a')
    expect(await store.get('a')).toBeUndefined()
    const release = await store.lock?.('l', 60)
    expect(await store.lock?.('l', 60)).toBeUndefined()
    await release?.()
    expect(await store.lock?.('l', 60)).toBeTypeOf('function')
  })

  it('locks only where the store does', () => {
    expect(guardStore(withoutLock(open), () => now)).not.toHaveProperty('lock')
  })

  it('takes null for nothing, as many clients say it', async () => {
    const client = {
      ...withoutLock(open),
      get: async (): Promise<string | undefined> => JSON.parse('null'),
    }
    expect(await guardStore(client, () => now).get('a')).toBeUndefined()
  })

  it('SE-20 says what it is when an operation fails, with the reason as evidence', async () => {
    open.failure = new Error('connection refused')
    const operations = [
      async () => store.get('a'),
      async () => store.set('a', '1', 1),
      async () => guardStore(open, () => now).delete('a'),
      async () => guardStore(open, () => now).lock?.('a', 1),
    ]
    for (const operation of operations) {
      await expect(operation()).rejects.toMatchObject({
        code: 'session_store_unavailable',
        cause: open.failure,
      })
    }
  })

  it('SE-22 gives up after half a second', async () => {
    open.before = () => new Promise(() => undefined)
    await expect(untilDone(store.get('a'))).rejects.toEqual(unavailable)
  })

  it('releases a lock that comes too late for anyone to want it', async () => {
    let arrive = (): void => undefined
    open.before = () => new Promise((resolve) => (arrive = resolve))
    const taking = async (): Promise<unknown> => store.lock?.('l', 60)
    await expect(untilDone(taking())).rejects.toEqual(unavailable)
    open.before = () => undefined
    arrive()
    await untilDone(new Promise((resolve) => setTimeout(resolve, 10)))
    expect(await store.lock?.('l', 60)).toBeTypeOf('function')
  })

  it('SE-22 asks no more than four times a second while the store is in trouble', async () => {
    open.failure = new Error('down')
    let asked = 0
    open.before = () => {
      asked++
      return undefined
    }
    for (let round = 0; round < 20; round++) await fail()
    expect(asked).toBe(3)
    for (let second = 1; second <= 3; second++) {
      now += 1000
      for (let round = 0; round < 20; round++) await fail()
      expect(asked).toBe(3 + 4 * second)
    }
  })

  it('goes on at once for everybody when one operation succeeds', async () => {
    open.failure = new Error('down')
    for (let round = 0; round < 5; round++) await fail()
    open.failure = undefined
    await fail()
    now += 1000
    const answers = await Promise.all(Array.from({ length: 4 }, () => store.get('a')))
    expect(answers).toEqual([undefined, undefined, undefined, undefined])
    for (let round = 0; round < 20; round++) expect(await store.get('a')).toBeUndefined()
  })
})
