import { digest } from '#seal'
import { createSelectiveCache } from './internal/cache.ts'
import { type Clock, inSeconds } from './internal/clock.ts'
import { deepFreeze } from './internal/freeze.ts'
import type { Opened, Seal } from './seal.ts'

/**
 * Makes a {@link Seal} that remembers what it opened twice lately, because a browser sends the same session
 * with every request. An entry is found by the SHA-256 of the whole value, so a value that differs in
 * one bit is opened anew, and it ends when the seal does. What is handed out cannot be changed.
 *
 * `limit` is how many are remembered. What comes once is not, since keeping it costs more than opening it.
 */
export function rememberOpened(seal: Seal, options: { limit: number; clock: Clock }): Seal {
  const { limit, clock } = options
  const entries = createSelectiveCache<Opened>(limit)

  return {
    close: async (data, expiresAt) => seal.close(data, expiresAt),
    async open(token) {
      const key = await digest(token)
      const held = entries.get(key)
      if (held && held.expiresAt > inSeconds(clock)) return held
      const opened = await seal.open(token)
      if (opened) entries.set(key, deepFreeze(opened))
      return opened
    },
  }
}
