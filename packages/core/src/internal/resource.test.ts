import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../../test/deferred.ts'
import { createResource, maxAge, type Resource } from './resource.ts'

describe('a resource', () => {
  let now: number
  let resource: Resource<string>
  const load = vi.fn<() => Promise<string>>()
  const minute = 60_000
  const day = 24 * 60 * minute
  beforeEach(() => {
    now = 0
    load.mockReset().mockResolvedValue('one')
    resource = createResource(load, () => now)
  })
  afterEach(() => void vi.useRealTimers())

  it('is fetched at the first use, once for all who ask at once', async () => {
    expect(load).not.toHaveBeenCalled()
    expect(resource.loadedAt()).toBe(Number.NEGATIVE_INFINITY)
    now = 5
    const values = await Promise.all(Array.from({ length: 1000 }, async () => resource.get()))
    expect(new Set(values)).toEqual(new Set(['one']))
    expect(load).toHaveBeenCalledTimes(1)
    expect(resource.loadedAt()).toBe(5)
  })

  it('KS-16 is fetched again after ten minutes, and not before', async () => {
    await resource.get()
    load.mockResolvedValue('two')
    now = maxAge - 1
    expect(await resource.get()).toBe('one')
    now = maxAge
    expect(await resource.get()).toBe('two')
    expect([maxAge, load.mock.calls.length]).toEqual([10 * minute, 2])
  })

  it('MD-03 KS-06 rejects while there is none, and keeps no failure', async () => {
    load.mockRejectedValueOnce(new Error('down'))
    await expect(resource.get()).rejects.toThrow('down')
    expect(await resource.get()).toBe('one')
  })

  it('MD-04 KS-05 outlives an outage of a day, and is looked for every five seconds', async () => {
    await resource.get()
    load.mockReset().mockRejectedValue(new Error('down'))
    now = maxAge
    for (const [passed, calls] of [
      [0, 1],
      [4999, 1],
      [5000, 2],
      [9999, 2],
      [10_000, 3],
    ] as const) {
      now = maxAge + passed
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
      expect([await resource.get(), load.mock.calls.length]).toEqual(['one', calls])
    }
    now = day - 1
    expect(await resource.get()).toBe('one')
    now = day
    await expect(resource.get()).rejects.toThrow('down')
  })

  it('KS-05 is the new one as soon as the outage is over', async () => {
    await resource.get()
    now = maxAge
    load.mockRejectedValueOnce(new Error('down')).mockResolvedValue('two')
    expect(await resource.get()).toBe('one')
    now += 5000
    expect(await resource.get()).toBe('two')
    now += 1
    expect([await resource.get(), load.mock.calls.length]).toEqual(['two', 3])
  })

  it('KS-05 holds nobody up for more than a second while the server hangs', async () => {
    await resource.get()
    vi.useFakeTimers()
    now = maxAge
    const slow = createDeferred<string>()
    load.mockReturnValue(slow.promise)
    const waiting = [resource.get(), resource.get()]
    await vi.advanceTimersByTimeAsync(999)
    now += 999
    waiting.push(resource.get())
    await vi.advanceTimersByTimeAsync(1)
    // A deadline gives what has arrived one more turn.
    await vi.advanceTimersByTimeAsync(1)
    now += 1
    expect(await Promise.all(waiting.slice(0, 2))).toEqual(['one', 'one'])
    // Whoever comes now does not wait at all.
    expect(await resource.get()).toBe('one')
    expect(load).toHaveBeenCalledTimes(2)
    slow.resolve('two')
    expect(await waiting[2]).toBe('two')
    expect(await resource.get()).toBe('two')
  })

  it('KS-01 is fetched anew on demand, whatever there is, and rejects when that fails', async () => {
    await resource.get()
    load.mockResolvedValue('two')
    expect(await Promise.all([resource.reload(), resource.reload()])).toEqual(['two', 'two'])
    expect(load).toHaveBeenCalledTimes(2)
    load.mockRejectedValue(new Error('down'))
    await expect(resource.reload()).rejects.toThrow('down')
    expect(await resource.get()).toBe('two')
  })
})
