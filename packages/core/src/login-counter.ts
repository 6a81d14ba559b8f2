import type { BackendConfig } from './backend-config.ts'
import { clearCookie, cookieName, type Cookies, makeCookie } from './cookies.ts'
import { TrefoilError } from './errors.ts'
import { asObject } from './internal/encoding.ts'
import { inSeconds } from './internal/clock.ts'
import type { SetCookie } from './outcome.ts'
import { createSeal } from './seal.ts'

/**
 * Counts the logins that this browser completed lately. A page that loses the session sends it to the
 * provider, which signs in without asking and sends it back: without a count, for ever.
 */
export interface LoginCounter {
  /** Throws `login_loop` when another login would be one too many. */
  assertNoLoop(present: Cookies): Promise<void>
  /** Counts a completed login. */
  count(present: Cookies): Promise<SetCookie[]>
  /** Starts from nothing, after a sign-out that the user wanted. */
  clear(present: Cookies): SetCookie[]
}

const most = 10
const within = 60

/** Makes a {@link LoginCounter}. */
export function createLoginCounter(config: BackendConfig): LoginCounter {
  const { cookies: settings, issuer, clientId, secrets, clock } = config
  const name = cookieName(settings, 'logins')
  const seal = createSeal({ secrets, context: ['logins', name, issuer, clientId], clock })

  const read = async (present: Cookies): Promise<number[]> => {
    const sealed = present.get(name)
    const data = sealed === undefined ? undefined : (await seal.open(sealed))?.data
    const times = asObject(data)?.['times']
    const since = inSeconds(clock) - within
    return Array.isArray(times)
      ? times.filter((time): time is number => typeof time === 'number' && time > since)
      : []
  }

  return {
    async assertNoLoop(present) {
      const times = await read(present)
      if (times.length < most) return
      throw new TrefoilError('login_loop', { headers: { 'retry-after': String(within) } })
    },
    async count(present) {
      const now = inSeconds(clock)
      const times = [...(await read(present)), now].slice(-most)
      return [makeCookie(settings, name, await seal.close({ times }, now + within), within)]
    },
    clear: (present) => (present.has(name) ? [clearCookie(settings, name)] : []),
  }
}
