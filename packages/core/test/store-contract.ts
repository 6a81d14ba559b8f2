import { beforeEach, expect, it } from 'vitest'
import type { SessionStore } from '../src/session-store.ts'

/** A store to test, and how its time passes. */
export interface StoreUnderTest {
  readonly store: SessionStore
  /** Lets so many seconds pass. */
  wait(seconds: number): Promise<void>
}

/** States what every {@link SessionStore} does, one test a sentence. */
export function describeStore(make: () => StoreUnderTest | Promise<StoreUnderTest>): void {
  let store: SessionStore
  let wait: StoreUnderTest['wait']
  beforeEach(async () => {
    ;({ store, wait } = await make())
  })

  it('knows nothing at first', async () => {
    expect(await store.get('app:session:none')).toBeUndefined()
    await store.delete('app:session:none')
  })

  it.each([
    'eyJhbGciOiJkaXIifQ..aa.bb.cc',
    '1790000000',
    '00012',
    'true',
    'null',
    '{"a":1}',
    '"quoted"',
    'base64:AAAA',
    '',
    'ä€𝄞\u0000\n',
    'x'.repeat(30_000),
  ])('gives back the text it was given (%#)', async (text) => {
    await store.set('app:session:Az-_09', text, 60)
    expect(await store.get('app:session:Az-_09')).toBe(text)
  })

  it('keeps keys apart, also where one begins with another', async () => {
    await store.set('app:session:a', '1', 60)
    await store.set('app:session:ab', '2', 60)
    await store.set('app:ended:a', '3', 60)
    const keys = ['app:session:a', 'app:session:ab', 'app:ended:a']
    expect(await Promise.all(keys.map((key) => store.get(key)))).toEqual(['1', '2', '3'])
    await store.delete('app:session:a')
    expect(await Promise.all(keys.map((key) => store.get(key)))).toEqual([undefined, '2', '3'])
  })

  it('overwrites, and forgets when the time is over, also of a fraction of a second', async () => {
    await store.set('app:session:b', 'old', 60)
    await store.set('app:session:b', 'new', 0.9)
    expect(await store.get('app:session:b')).toBe('new')
    await wait(1)
    expect(await store.get('app:session:b')).toBeUndefined()
  })
}

/** States what the lock of a store that has one does. */
export function describeLock(make: () => StoreUnderTest | Promise<StoreUnderTest>): void {
  it('RF-02 gives the lock to one of many', async () => {
    const { store } = await make()
    const taken = await Promise.all(
      Array.from({ length: 20 }, async () => store.lock?.('app:lock:1', 10)),
    )
    expect(taken.filter((release) => release !== undefined)).toHaveLength(1)
  })

  it('gives it to the next one when it was released', async () => {
    const { store } = await make()
    const release = await store.lock?.('app:lock:2', 10)
    expect(await store.lock?.('app:lock:2', 10)).toBeUndefined()
    await release?.()
    expect(await store.lock?.('app:lock:2', 10)).toBeTypeOf('function')
  })

  it('gives it to the next one when its time is over, whose lock the first cannot release', async () => {
    const { store, wait } = await make()
    const release = await store.lock?.('app:lock:3', 0.05)
    await wait(0.06)
    expect(await store.lock?.('app:lock:3', 10)).toBeTypeOf('function')
    await release?.()
    expect(await store.lock?.('app:lock:3', 10)).toBeUndefined()
  })
}
