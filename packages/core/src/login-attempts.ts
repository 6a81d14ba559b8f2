import { TrefoilError } from './errors.ts'
import { inSeconds, type Clock } from './internal/clock.ts'
import { asObject, parseJson } from './internal/encoding.ts'
import type { KeyStore } from './internal/page.ts'
import { type LoginTransaction, toTransaction } from './login-transaction.ts'

/** Keeps the login attempts of a browser tab, one a state. */
export interface LoginAttempts {
  /** Keeps an attempt and drops all but the newest five. Throws `browser_unsupported`. */
  keep(attempt: LoginTransaction): void
  /** The attempt of a state, which is forgotten by that; `undefined` for none that is ten minutes young. */
  take(state: string): LoginTransaction | undefined
  /** Throws `login_loop` when another login would be one too many. */
  assertNoLoop(): void
  /** Counts a completed login. */
  count(): void
  /** Forgets every attempt. */
  clear(): void
}

const lifetime = 600
const newest = 5
// A page that loses its session sends the browser to the provider, which sends it back at once.
const mostLogins = 10
const loginsWithin = 60

/** Makes {@link LoginAttempts}. */
export function createLoginAttempts(
  store: KeyStore,
  storagePrefix: string,
  clock: Clock,
): LoginAttempts {
  const prefix = `${storagePrefix}attempt:`
  const countKey = `${storagePrefix}logins`
  const read = (key: string): LoginTransaction | undefined => {
    const attempt = toTransaction(parseJson(store.read(key) ?? ''))
    const isYoung = attempt && Math.abs(inSeconds(clock) - attempt.createdAt) <= lifetime
    return isYoung && key === prefix + attempt.state ? attempt : undefined
  }
  const keys = (): string[] => store.keys().filter((key) => key.startsWith(prefix))
  return {
    keep(attempt) {
      const times = keys().map((key) => ({ key, at: read(key)?.createdAt ?? 0 }))
      times.sort((one, other) => other.at - one.at)
      for (const { key } of times.slice(newest - 1)) store.remove(key)
      if (store.write(prefix + attempt.state, JSON.stringify(attempt))) return
      throw new TrefoilError('browser_unsupported', {
        message: 'This browser keeps no data for this site, which a sign-in needs.',
      })
    },
    take(state) {
      const attempt = read(prefix + state)
      store.remove(prefix + state)
      return attempt
    },
    assertNoLoop() {
      if (readTimes(store, countKey, clock).length >= mostLogins)
        throw new TrefoilError('login_loop')
    },
    count() {
      const times = [...readTimes(store, countKey, clock), inSeconds(clock)]
      store.write(countKey, JSON.stringify({ times }))
    },
    clear() {
      for (const key of keys()) store.remove(key)
      store.remove(countKey)
    },
  }
}

function readTimes(store: KeyStore, key: string, clock: Clock): number[] {
  const times = asObject(parseJson(store.read(key) ?? ''))?.['times']
  const since = inSeconds(clock) - loginsWithin
  return Array.isArray(times)
    ? times.filter((time) => typeof time === 'number' && time > since)
    : []
}
