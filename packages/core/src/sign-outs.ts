import { createCache } from './internal/cache.ts'

/** The sessions that ended in this process; those whose store was down are ended there later. */
export interface SignOuts {
  /** Whether a session was ended here. */
  has(id: string): boolean
  /** Ends a session here now, in the store now or at the next contact; tells whether that was now. */
  end(id: string): Promise<boolean>
  /** Ends what is left over. Call it when the store has answered. */
  finish(): void
}

/**
 * Makes {@link SignOuts}. `endNow` ends a session in the store and tells whether it did. At
 * most `limit` are remembered (default 1,000); beyond that the oldest are left to their expiry.
 */
export function createSignOuts(endNow: (id: string) => Promise<boolean>, limit = 1000): SignOuts {
  const ended = createCache<true>(10_000)
  const waiting = new Set<string>()
  let isFinishing = false

  const end = async (id: string): Promise<boolean> => {
    ended.set(id, true)
    if (await endNow(id)) {
      waiting.delete(id)
      return true
    }
    waiting.add(id)
    const [oldest] = waiting
    if (waiting.size > limit && oldest !== undefined) waiting.delete(oldest)
    return false
  }
  const finishAll = async (): Promise<void> => {
    isFinishing = true
    for (const id of waiting) {
      // It is down again, so the others can wait too.
      if (!(await end(id))) break
    }
    isFinishing = false
  }

  return {
    has: (id) => ended.get(id) === true,
    end,
    finish() {
      if (waiting.size > 0 && !isFinishing) void finishAll()
    },
  }
}
