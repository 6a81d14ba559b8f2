import { describe, expect, it } from 'vitest'
import { createCache, createSelectiveCache } from './cache.ts'

describe('a cache', () => {
  it('gives what was set last, and nothing once it is deleted', () => {
    const cache = createCache<number>(2)
    cache.set('a', 1)
    cache.set('a', 2)
    expect([cache.get('a'), cache.get('b'), cache.size]).toEqual([2, undefined, 1])
    cache.delete('a')
    cache.delete('a')
    expect([cache.get('a'), cache.size]).toEqual([undefined, 0])
  })

  it('forgets what was used least recently', () => {
    const cache = createCache<number>(3)
    for (const [key, value] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ] as const)
      cache.set(key, value)
    cache.get('a')
    cache.set('b', 4)
    cache.set('d', 5)
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual([1, 4, undefined, 5])
  })

  it('is never larger than its limit, and holds nothing with a limit of nought', () => {
    const cache = createCache<number>(10)
    for (let index = 0; index < 1000; index++) cache.set(String(index), index)
    expect(cache.size).toBe(10)
    const empty = createCache<number>(0)
    empty.set('a', 1)
    expect([empty.get('a'), empty.size]).toEqual([undefined, 0])
  })

  it('takes values that are false and keys of a prototype', () => {
    const cache = createCache<unknown>(5)
    for (const value of [0, '', false, null]) {
      cache.set('a', value)
      expect(cache.get('a')).toBe(value)
    }
    cache.set('__proto__', 1)
    expect([cache.get('__proto__'), cache.get('constructor')]).toEqual([1, undefined])
  })
})

describe('a selective cache', () => {
  it('takes in what is set the second time', () => {
    const cache = createSelectiveCache<number>(2)
    cache.set('a', 1)
    expect([cache.get('a'), cache.size]).toEqual([undefined, 0])
    cache.set('a', 2)
    expect([cache.get('a'), cache.size]).toEqual([2, 1])
    cache.set('a', 3)
    expect(cache.get('a')).toBe(3)
  })

  it('keeps what is in use, however much comes once', () => {
    const cache = createSelectiveCache<number>(2)
    for (const key of ['a', 'a', 'b', 'c', 'd', 'e', 'b', 'c', 'd', 'e']) cache.set(key, 1)
    expect([cache.get('a'), cache.size]).toEqual([1, 1])
  })

  it('forgets what it is told to, and keeps nothing with no room', () => {
    const cache = createSelectiveCache<number>(2)
    cache.set('a', 1)
    cache.set('a', 1)
    cache.delete('a')
    const none = createSelectiveCache<number>(0)
    for (let time = 0; time < 3; time++) none.set('a', 1)
    expect([cache.get('a'), none.get('a'), none.size]).toEqual([undefined, undefined, 0])
  })
})
