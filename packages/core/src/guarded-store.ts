import { TrefoilError } from './errors.ts'
import type { Clock } from './internal/clock.ts'
import { inTime } from './internal/deadline.ts'
import type { SessionStore } from './session-store.ts'

// A store answers in a few milliseconds; who waits longer waits for one that is in trouble.
const timeLimit = 500
// Three failures in a row say that it is. Each second as many operations as one request makes look
// whether that is over, so what piles up in the client of a store that hangs stays small.
const threshold = 3
const lull = 1000
const lookers = 4

/**
 * Guards a {@link SessionStore} of any make: an operation fails after half a second, and while the
 * store is in trouble operations fail at once, so that neither requests nor a client's queue pile up.
 * Every failure is `session_store_unavailable`.
 */
export function guardStore(store: SessionStore, clock: Clock): SessionStore {
  const run = createRunner(clock)
  const guarded: SessionStore = {
    // Many clients say null for nothing.
    get: async (key) => (await run(async () => store.get(key))) ?? undefined,
    set: async (key, value, timeToLive) => run(async () => store.set(key, value, timeToLive)),
    delete: async (key) => run(async () => store.delete(key)),
  }
  if (!store.lock) return guarded
  return {
    ...guarded,
    async lock(key, timeToLive) {
      const taking = async (): Promise<Release | undefined> => store.lock?.(key, timeToLive)
      // A lock that comes too late is nobody's.
      const release = await run(taking, (late) => late?.())
      return release && (async () => run(release))
    },
  }
}

type Release = () => Promise<void>

/** Runs an operation of the store; `onLate` gets a result that came after the time limit. */
type Runner = <Result>(
  operation: () => Promise<Result>,
  onLate?: (result: Result) => unknown,
) => Promise<Result>

function createRunner(clock: Clock): Runner {
  let failures = 0
  let restUntil = Number.NEGATIVE_INFINITY
  let looking = 0

  const assertRunning = (): void => {
    if (failures < threshold) return
    if (clock() >= restUntil) {
      restUntil = clock() + lull
      looking = 0
    }
    if (looking++ >= lookers) throw unavailable(new Error('it failed three times in a row'))
  }

  return async (operation, onLate) => {
    assertRunning()
    const result = operation()
    try {
      const value = await inTime(timeLimit, result)
      failures = 0
      return value
    } catch (cause) {
      if (++failures === threshold) {
        restUntil = clock() + lull
        looking = lookers
      }
      // Nobody waits for it any more, but it may still come.
      void result.then(onLate).catch(() => undefined)
      throw unavailable(cause)
    }
  }
}

function unavailable(cause: unknown): TrefoilError {
  return new TrefoilError('session_store_unavailable', { cause })
}
