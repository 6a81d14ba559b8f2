import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inSeconds } from './clock.ts'
import {
  asObject,
  asText,
  asTexts,
  byteLength,
  fromBytes,
  parseJson,
  randomText,
  toBase64url,
  toBytes,
} from './encoding.ts'

describe('bytes of a text', () => {
  it('are UTF-8, there and back', () => {
    expect([...toBytes('a€')]).toEqual([0x61, 0xe2, 0x82, 0xac])
    expect(fromBytes(toBytes('grüße €😀'))).toBe('grüße €😀')
    expect(['', 'a', 'ä', '€', '😀'].map(byteLength)).toEqual([0, 1, 2, 3, 4])
  })

  it('CF-09 have a base64url without padding, as Node writes it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
      }),
      { numRuns: 100 },
    )
  })
})

describe('a random text', () => {
  it('SE-02 AR-01 has 256 bits unless told otherwise, and never comes twice', () => {
    expect(randomText()).toMatch(/^[\w-]{43}$/)
    expect(randomText(9)).toMatch(/^[\w-]{12}$/)
    expect(new Set(Array.from({ length: 5000 }, () => randomText())).size).toBe(5000)
  })
})

describe('a value of unknown shape', () => {
  it('is an object only when it is one', () => {
    expect(asObject({ a: 1 })).toEqual({ a: 1 })
    expect([[], null, undefined, 'a', 7, () => 1].map(asObject)).toEqual(Array(6).fill(undefined))
  })

  it('TR-13 is an object without a prototype of its own choosing', () => {
    const value: unknown = JSON.parse('{"__proto__":{"admin":true},"a":1}')
    const object = asObject(value)
    expect(object?.['admin']).toBeUndefined()
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype)
  })

  it('is a text only when it is one that is not empty', () => {
    expect(['a', '', 7, null, ['a'], { a: 1 }].map(asText)).toEqual([
      'a',
      ...Array(5).fill(undefined),
    ])
  })

  it('is a list of the texts in it', () => {
    expect(asTexts(['a', 7, null, ['b'], 'c'])).toEqual(['a', 'c'])
    expect(['a', { 0: 'a', length: 1 }, null, undefined].map(asTexts)).toEqual([[], [], [], []])
  })

  it('is parsed, or nothing when it is no JSON', () => {
    expect(['{"a":1}', '[1]', 'null', '"a"'].map(parseJson)).toEqual([{ a: 1 }, [1], null, 'a'])
    expect(['', '{', 'undefined', "{'a':1}", 'NaN', '\ufeff{}'].map(parseJson)).toEqual(
      Array(6).fill(undefined),
    )
  })
})

describe('the time in seconds', () => {
  it('is whole', () => {
    expect([0, 999, 1000, 1_699_999_999_999].map((now) => inSeconds(() => now))).toEqual([
      0, 0, 1, 1_699_999_999,
    ])
  })
})
