import { createSelectiveCache } from './internal/cache.ts'
import { type Clock, inSeconds } from './internal/clock.ts'
import { deepFreeze } from './internal/freeze.ts'
import type { Opened, Seal } from './seal.ts'

// 68 bits of the tag, which nobody knows who has not the value: the time that comparing takes tells them
// nothing. A longer piece of a text would keep the whole of it in memory, because V8 copies no more than this.
const keyLength = 12

/**
 * Makes a {@link Seal} that remembers what it opened twice lately, because a browser sends the same session
 * with every request. An entry is found by the end of the authentication tag and counts for the very same
 * value alone, so one that differs in one bit is opened anew, and it ends when the seal does. What is
 * handed out cannot be changed.
 *
 * `limit` is how many are remembered. What comes once is not, since keeping it costs more than opening it.
 */
export function rememberOpened(seal: Seal, options: { limit: number; clock: Clock }): Seal {
  const { limit, clock } = options
  const entries = createSelectiveCache<{ token: string; opened: Opened }>(limit)

  return {
    close: async (data, expiresAt) => seal.close(data, expiresAt),
    async open(token) {
      const key = token.slice(-keyLength)
      const held = entries.get(key)
      if (held?.token === token && held.opened.expiresAt > inSeconds(clock)) return held.opened
      const opened = await seal.open(token)
      if (opened) entries.set(key, { token, opened: deepFreeze(opened) })
      return opened
    },
  }
}
