import { stat } from 'node:fs/promises'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { inTime, pause, within } from './deadline.ts'

const never = new Promise<never>(() => undefined)

describe('a deadline', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('gives what is there in time, and leaves no timer', async () => {
    expect(await inTime(1000, Promise.resolve(7))).toBe(7)
    expect(await within(1000, Promise.resolve(7))).toBe(7)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('passes a failure on, or makes nothing of it, and leaves no timer', async () => {
    await expect(inTime(1000, Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await within(1000, Promise.reject(new Error('broken')))).toBeUndefined()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends the wait, not a moment before', async () => {
    const [strict, mild] = [vi.fn(), vi.fn()]
    void inTime(1000, never).catch(strict)
    void within(1000, never).then(mild)
    await vi.advanceTimersByTimeAsync(999)
    expect([strict, mild].map(({ mock }) => mock.calls.length)).toEqual([0, 0])
    // One for the deadline, one for the look at what came meanwhile.
    await vi.advanceTimersByTimeAsync(2)
    expect(strict).toHaveBeenCalledWith(
      expect.objectContaining({ message: 'no answer in 1000 ms' }),
    )
    expect(mild).toHaveBeenCalledWith(undefined)
  })

  it('minds no failure that comes too late', async () => {
    const late = new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error('late')), 2000)
    })
    const result = within(1000, late)
    await vi.advanceTimersByTimeAsync(3000)
    expect(await result).toBeUndefined()
  })
})

describe('a deadline in a process that stood still', () => {
  it('takes an answer that came meanwhile', async () => {
    // From here the event loop looks at timers first, and only then at what has arrived.
    await turn()
    const answers = Array.from({ length: 20 }, () => inTime(20, stat('.')))
    const until = performance.now() + 60
    while (performance.now() < until);
    const all = await Promise.allSettled(answers)
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['fulfilled']))
  })
})

describe('a pause', () => {
  it('lasts as long as it says', async () => {
    vi.useFakeTimers()
    const lasting = pause(100)
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(99)
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(vi.getTimerCount()).toBe(0)
    await lasting
    vi.useRealTimers()
  })
})
