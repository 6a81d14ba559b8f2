import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore, type SessionStore } from './session-store.ts'

describe('a store in memory', () => {
  let now: number
  let store: SessionStore
  const clock = (): number => now
  beforeEach(() => {
    now = 0
    store = createMemoryStore({ clock })
  })

  it('keeps a value until its time is over', async () => {
    await store.set('a', 'one', 10)
    now = 9999
    expect(await store.get('a')).toBe('one')
    now = 10_000
    expect(await store.get('a')).toBeUndefined()
    now = 0
    expect(await store.get('a')).toBeUndefined()
  })

  it('SE-24 counts the time anew when a value is set again', async () => {
    await store.set('a', 'one', 10)
    now = 9000
    await store.set('a', 'two', 10)
    now = 18_999
    expect(await store.get('a')).toBe('two')
  })

  it('forgets a value, and does not mind when there is none', async () => {
    await store.set('a', 'one', 10)
    await store.delete('a')
    await store.delete('a')
    expect(await store.get('a')).toBeUndefined()
  })

  it('takes any text for a key', async () => {
    await store.set('__proto__', 'one', 10)
    expect(await store.get('__proto__')).toBe('one')
    expect(await store.get('constructor')).toBeUndefined()
  })

  it('drops what was not used for longest when it is full', async () => {
    const small = createMemoryStore({ limit: 2, clock })
    await small.set('a', '1', 10)
    await small.set('b', '2', 10)
    await small.get('a')
    await small.set('c', '3', 10)
    expect(await Promise.all(['a', 'b', 'c'].map((key) => small.get(key)))).toEqual([
      '1',
      undefined,
      '3',
    ])
  })

  it('RF-02 gives a lock to one at a time', async () => {
    const release = await store.lock?.('a', 15)
    expect(release).toBeTypeOf('function')
    expect(await store.lock?.('a', 15)).toBeUndefined()
    expect(await store.lock?.('b', 15)).toBeTypeOf('function')
    await release?.()
    expect(await store.lock?.('a', 15)).toBeTypeOf('function')
  })

  it('RF-02 takes a lock back when its time is over, and lets nobody release what another holds', async () => {
    const late = await store.lock?.('a', 15)
    now = 15_000
    expect(await store.lock?.('a', 15)).toBeTypeOf('function')
    await late?.()
    expect(await store.lock?.('a', 15)).toBeUndefined()
  })

  it('keeps locks apart from values', async () => {
    await store.lock?.('a', 15)
    expect(await store.get('a')).toBeUndefined()
    await store.set('a', 'one', 10)
    expect(await store.lock?.('a', 15)).toBeUndefined()
  })
})
