import { createCache } from './cache.ts'
import type { Clock } from './clock.ts'

/** Runs one task a key at a time: who asks meanwhile, or shortly after, shares its result. */
export type SingleFlight<Value> = (key: string, task: () => Promise<Value>) => Promise<Value>

interface Flight<Value> {
  result: Promise<Value>
  /** When the task was done, in milliseconds; absent while it runs. */
  landedAt?: number
}

/**
 * Makes a {@link SingleFlight}.
 *
 * `keepFor` is how long, in milliseconds, a result is handed to late callers (default 0). A rejection
 * is shared with those who wait for it and never kept. At most `limit` results are kept (default 1,000).
 */
export function createSingleFlight<Value>(options: {
  clock: Clock
  keepFor?: number
  limit?: number
}): SingleFlight<Value> {
  const { clock, keepFor = 0, limit = 1000 } = options
  const flights = createCache<Flight<Value>>(limit)

  return (key, task) => {
    const current = flights.get(key)
    if (current && isFresh(current, clock() - keepFor)) return current.result
    const flight: Flight<Value> = { result: task() }
    flights.set(key, flight)
    const forget = (): void => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    void settle(flight, forget)
    return flight.result
  }

  async function settle(flight: Flight<Value>, forget: () => void): Promise<void> {
    try {
      await flight.result
      flight.landedAt = clock()
      if (keepFor === 0) forget()
    } catch {
      forget()
    }
  }
}

function isFresh(flight: Flight<unknown>, since: number): boolean {
  return flight.landedAt === undefined || flight.landedAt > since
}
