import { createCache } from './cache.ts'
import type { Clock } from './clock.ts'

/** Runs one task a key at a time: who asks meanwhile, or shortly after, shares its result. */
export type SingleFlight<Value> = (key: string, task: () => Promise<Value>) => Promise<Value>

/**
 * Makes a {@link SingleFlight}.
 *
 * `keepFor` is how long, in milliseconds, a result is handed to late callers (default 0). A rejection
 * is shared with those who wait for it and never kept. At most `limit` results are kept (default
 * 1,000); a task that runs is never forgotten, however many there are.
 */
export function createSingleFlight<Value>(options: {
  clock: Clock
  keepFor?: number
  limit?: number
}): SingleFlight<Value> {
  const { clock, keepFor = 0, limit = 1000 } = options
  const running = new Map<string, Promise<Value>>()
  const landed = createCache<{ result: Promise<Value>; landedAt: number }>(limit)

  const land = async (key: string, result: Promise<Value>): Promise<void> => {
    try {
      await result
      if (keepFor > 0) landed.set(key, { result, landedAt: clock() })
    } catch {
      // Who waits for it is told.
    } finally {
      running.delete(key)
    }
  }

  return (key, task) => {
    const current = running.get(key)
    if (current) return current
    const kept = landed.get(key)
    if (kept && kept.landedAt > clock() - keepFor) return kept.result
    const result = task()
    running.set(key, result)
    void land(key, result)
    return result
  }
}
