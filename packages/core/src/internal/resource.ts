import type { Clock } from './clock.ts'
import { within } from './deadline.ts'

/** Something fetched now and then, shared by all who ask, and kept through an outage. */
export interface Resource<Value> {
  /** The value, fetched when there is none that is fresh. Rejects when there is none at all. */
  get(): Promise<Value>
  /** Fetches again, whatever there is. Rejects when that fails. */
  reload(): Promise<Value>
  /** When the value was fetched, in milliseconds since 1970; minus infinity when there is none. */
  loadedAt(): number
}

/** Milliseconds after which a value is fetched again. */
export const maxAge: number = 10 * 60_000

// Good keys and metadata survive an outage of a day; while it lasts, one attempt in five seconds
// looks whether it is over, so requests stay quick.
const staleFor = 24 * 3_600_000
const retryAfter = 5_000
// Nobody waits longer than this, in milliseconds, for something newer than what is there.
const patience = 1_000

/** Makes a {@link Resource}: one fetch at a time, fresh for ten minutes, stale on error for a day. */
export function createResource<Value>(load: () => Promise<Value>, clock: Clock): Resource<Value> {
  let underWay: Promise<Value> | undefined
  let held: { value: Value; loadedAt: number } | undefined
  let failedAt = Number.NEGATIVE_INFINITY

  const fetchNow = async (): Promise<Value> => {
    const value = await load()
    held = { value, loadedAt: clock() }
    return value
  }
  const reload = (): Promise<Value> =>
    (underWay ??= fetchNow().finally(() => {
      underWay = undefined
    }))

  return {
    reload,
    loadedAt: () => held?.loadedAt ?? Number.NEGATIVE_INFINITY,
    async get() {
      const age = held ? clock() - held.loadedAt : Number.POSITIVE_INFINITY
      if (!held || age >= staleFor) return reload()
      if (age < maxAge || clock() - failedAt < retryAfter) return held.value
      const { value } = held
      const reloaded = await within(patience, reload())
      if (reloaded !== undefined) return reloaded
      failedAt = clock()
      return value
    },
  }
}
