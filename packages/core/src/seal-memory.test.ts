import { beforeEach, describe, expect, it } from 'vitest'
import { createSeal, type Seal } from './seal.ts'
import { rememberOpened } from './seal-memory.ts'

describe('a seal that remembers', () => {
  let now: number
  let opened: number
  let seal: Seal
  beforeEach(() => {
    now = 1_000_000
    opened = 0
    const clock = (): number => now
    const inner = createSeal({ secrets: ['s'.repeat(32)], context: ['test'], clock })
    const counting: Seal = {
      ...inner,
      open: async (token) => {
        opened++
        return inner.open(token)
      },
    }
    seal = rememberOpened(counting, { limit: 2, clock })
  })

  it('opens a value twice and knows it from then on', async () => {
    const token = await seal.close({ name: 'Olivia' }, 2000)
    for (let time = 0; time < 4; time++) {
      expect((await seal.open(token))?.data).toEqual({ name: 'Olivia' })
    }
    expect(opened).toBe(2)
  })

  it('never takes a changed value for one that it knows', async () => {
    const token = await seal.close({ name: 'Olivia' }, 2000)
    await seal.open(token)
    await seal.open(token)
    expect(await seal.open(`${token}x`)).toBeUndefined()
    expect(await seal.open(token.slice(0, -1))).toBeUndefined()
    for (const index of [0, token.indexOf('..') + 2, token.lastIndexOf('.') - 1]) {
      const other = token[index] === 'A' ? 'B' : 'A'
      expect(
        await seal.open(token.slice(0, index) + other + token.slice(index + 1)),
      ).toBeUndefined()
    }
  })

  it('forgets a value when its time is over', async () => {
    const token = await seal.close({}, 1010)
    expect(await seal.open(token)).toBeDefined()
    expect(await seal.open(token)).toBeDefined()
    now = 1_010_000
    expect(await seal.open(token)).toBeUndefined()
  })

  it('remembers no failure and no more than its limit', async () => {
    expect(await seal.open('nothing')).toBeUndefined()
    expect(await seal.open('nothing')).toBeUndefined()
    expect(opened).toBe(2)
    const tokens = await Promise.all([1, 2, 3].map((n) => seal.close({ n }, 2000)))
    for (const token of tokens.flatMap((each) => [each, each])) await seal.open(token)
    for (const token of tokens) await seal.open(token)
    expect(opened).toBe(9)
  })

  it('SE-27 hands out what no request can change for another', async () => {
    const token = await seal.close({ rights: { permissions: ['read'] } }, 2000)
    await seal.open(token)
    const data = (await seal.open(token))?.data
    expect(() => Object.assign(Object(data), { rights: {} })).toThrow(TypeError)
    expect(await seal.open(token)).toMatchObject({ data: { rights: { permissions: ['read'] } } })
  })
})
