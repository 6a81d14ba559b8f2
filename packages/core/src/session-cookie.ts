import type { BackendConfig } from './backend-config.ts'
import { digest } from '#seal'
import { clearChunks, cookieName, type Cookies, readChunks, writeChunks } from './cookies.ts'
import { createCache } from './internal/cache.ts'
import { inSeconds } from './internal/clock.ts'
import type { SetCookie } from './outcome.ts'
import type { Opened, Seal } from './seal.ts'

/** The sealed cookie of a session, in as many parts as it needs. */
export interface SessionCookie {
  /** What the browser's cookie holds; `undefined` when there is none that a secret of ours opens. */
  open(present: Cookies): Promise<Opened | undefined>
  /** The cookies that hold data until a time, in seconds since 1970. */
  write(data: unknown, until: number, present: Cookies): Promise<SetCookie[]>
  /** Clears what the browser sent. */
  clear(present: Cookies): SetCookie[]
  /** Clears what the browser sent if no secret of ours opens it; several parts only at a second look. */
  clearDamaged(present: Cookies): Promise<SetCookie[]>
}

// Of several parts, a browser that is storing a newer version may send some of both. After this many
// milliseconds it has stored all of them.
const storing = 10_000

/** Makes a {@link SessionCookie}. */
export function createSessionCookie(
  seal: Seal,
  { cookies: settings, clock }: BackendConfig,
): SessionCookie {
  const name = cookieName(settings, 'session')
  const damagedSince = createCache<number>(1000)
  const open = async (present: Cookies): Promise<Opened | undefined> => {
    const sealed = readChunks(present, name)
    return sealed === undefined ? undefined : seal.open(sealed)
  }

  return {
    open,
    async write(data, until, present) {
      const sealed = await seal.close(data, until)
      return writeChunks(settings, name, sealed, until - inSeconds(clock), present)
    },
    clear: (present) => clearChunks(settings, name, present),
    async clearDamaged(present) {
      const cookies = clearChunks(settings, name, present)
      if (cookies.length === 0 || (await open(present))) return []
      const isPart = cookies.length > 1 || /^[2-9]~/.test(present.get(name) ?? '2~')
      if (!isPart) return cookies
      const key = await digest(JSON.stringify(cookies.map((part) => present.get(part.name))))
      const since = damagedSince.get(key) ?? clock()
      damagedSince.set(key, since)
      return clock() - since >= storing ? cookies : []
    },
  }
}
