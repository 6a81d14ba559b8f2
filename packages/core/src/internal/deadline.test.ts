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
    await vi.advanceTimersByTimeAsync(1)
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
