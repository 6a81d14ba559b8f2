import { beforeEach, describe, expect, it } from 'vitest'
import { createSignOuts } from './sign-outs.ts'

describe('an ending that its store did not take', () => {
  let isDown: boolean
  let ended: string[]
  let asked: number
  beforeEach(() => {
    isDown = true
    ended = []
    asked = 0
  })
  const endNow = async (id: string): Promise<boolean> => {
    asked++
    if (!isDown) ended.push(id)
    return !isDown
  }
  const settle = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

  it('is done at the next contact, and once', async () => {
    const endings = createSignOuts(endNow)
    expect([await endings.end('a'), await endings.end('b')]).toEqual([false, false])
    expect(['a', 'b', 'c'].map((id) => endings.has(id))).toEqual([true, true, false])
    isDown = false
    endings.finish()
    endings.finish()
    await settle()
    expect(ended).toEqual(['a', 'b'])
    endings.finish()
    await settle()
    expect(asked).toBe(4)
  })

  it('waits on while the store is down again, asking once', async () => {
    const endings = createSignOuts(endNow)
    await endings.end('a')
    await endings.end('b')
    endings.finish()
    await settle()
    expect(asked).toBe(3)
    isDown = false
    endings.finish()
    await settle()
    expect(ended.toSorted()).toEqual(['a', 'b'])
  })

  it('is forgotten when there are too many, the oldest first', async () => {
    const endings = createSignOuts(endNow, 2)
    for (const id of ['a', 'b', 'c']) await endings.end(id)
    isDown = false
    endings.finish()
    await settle()
    expect(ended).toEqual(['b', 'c'])
  })

  it('is nothing to do when the store took it', async () => {
    isDown = false
    const endings = createSignOuts(endNow)
    expect(await endings.end('a')).toBe(true)
    endings.finish()
    await settle()
    expect(asked).toBe(1)
  })
})
