import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createDeferred, type Deferred } from '../../test/deferred.ts'
import { createSingleFlight, type SingleFlight } from './single-flight.ts'

describe('a single flight', () => {
  let now: number
  let landings: Deferred<string>[]
  const clock = (): number => now
  const task = vi.fn(async () => {
    const landing = createDeferred<string>()
    landings.push(landing)
    return landing.promise
  })
  beforeEach(() => {
    now = 0
    landings = []
    task.mockClear()
  })
  const land = async (value: string): Promise<void> => {
    landings.shift()?.resolve(value)
    await Promise.resolve()
  }

  it('RF-01 runs one task a key, and gives its result to all who ask meanwhile', async () => {
    const flight = createSingleFlight<string>({ clock })
    const results = Array.from({ length: 100 }, async () => flight('a', task))
    const other = flight('b', task)
    expect(task).toHaveBeenCalledTimes(2)
    await land('one')
    await land('two')
    expect(new Set(await Promise.all(results))).toEqual(new Set(['one']))
    expect(await other).toBe('two')
  })

  it('runs the next task when the one before is done', async () => {
    const flight = createSingleFlight<string>({ clock })
    const first = flight('a', task)
    await land('one')
    expect(await first).toBe('one')
    const second = flight('a', task)
    await land('two')
    expect(await second).toBe('two')
  })

  it('RF-01 hands a result to who comes late, for as long as it says', async () => {
    const flight = createSingleFlight<string>({ clock, keepFor: 10_000 })
    const first = flight('a', task)
    now = 5000
    await land('one')
    await first
    now = 14_999
    expect(await flight('a', task)).toBe('one')
    now = 15_000
    const next = flight('a', task)
    expect(task).toHaveBeenCalledTimes(2)
    await land('two')
    expect(await next).toBe('two')
  })

  it('MD-03 shares a failure with those who wait, and keeps none', async () => {
    const flight = createSingleFlight<string>({ clock, keepFor: 10_000 })
    const waiting = [flight('a', task), flight('a', task)]
    landings.shift()?.reject(new Error('broken'))
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
    ])
    const next = flight('a', task)
    await land('one')
    expect(await next).toBe('one')
  })

  it('leaves no rejection unhandled when nobody waits', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const flight = createSingleFlight<string>({ clock })
    flight('a', async () => Promise.reject(new Error('broken'))).catch(() => undefined)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('keeps a bounded number of results', async () => {
    const flight = createSingleFlight<string>({ clock, keepFor: 10_000, limit: 2 })
    for (const key of ['a', 'b', 'c']) {
      const result = flight(key, task)
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
      await land(key)
      // oxlint-disable-next-line no-await-in-loop -- the same
      await result
    }
    expect(await flight('c', task)).toBe('c')
    void flight('a', task)
    expect(task).toHaveBeenCalledTimes(4)
  })

  it('keeps a thousand results when it is not told how many', async () => {
    const flight = createSingleFlight<string>({ clock, keepFor: 10_000 })
    const ask = async (key: number): Promise<string> => {
      const result = flight(String(key), task)
      await land(String(key))
      return result
    }
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
    for (let key = 0; key < 1000; key++) await ask(key)
    await flight('0', task)
    expect(task).toHaveBeenCalledTimes(1000)
  })

  it('RF-01 never forgets a task that runs, however many there are', () => {
    const flight: SingleFlight<string> = createSingleFlight({ clock, keepFor: 10_000, limit: 2 })
    const first = flight('0', task)
    for (let index = 0; index < 50; index++) void flight(String(index), task)
    expect(flight('0', task)).toBe(first)
    expect(task).toHaveBeenCalledTimes(50)
  })
})
