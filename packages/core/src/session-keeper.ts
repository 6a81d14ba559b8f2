import type { BackendConfig } from './backend-config.ts'
import { cookieName, type Cookies } from './cookies.ts'
import { TrefoilError } from './errors.ts'
import { guardStore } from './guarded-store.ts'
import { inSeconds } from './internal/clock.ts'
import { asObject, asText } from './internal/encoding.ts'
import type { SetCookie } from './outcome.ts'
import type { LogoutTarget } from './logout-token.ts'
import { createSeal, type Seal } from './seal.ts'
import { rememberOpened } from './seal-memory.ts'
import { createSessionCookie } from './session-cookie.ts'
import {
  createSessionEndings,
  type EndableSession,
  type SessionEndings,
} from './session-endings.ts'
import { createSessionShelf, type SessionShelf, succeeds } from './session-shelf.ts'
import { expiryOf, isRecord, type SessionRecord } from './session.ts'
import { createSignOuts } from './sign-outs.ts'

/** A record as it was found. */
export interface Held {
  readonly record: SessionRecord
  /** An older secret sealed it, so it should be written again. */
  readonly stale: boolean
}

/**
 * Keeps session records: sealed in cookies, or in a store with a sealed id in the cookie. Methods that
 * need the store throw `session_store_unavailable` when it fails, because that is not "signed out".
 */
export interface SessionKeeper {
  /** Whether the store, if there is one, lets one server at a time renew a session. */
  readonly canLock: boolean
  /** Reads without writing. Damaged, expired, foreign and ended sessions are none. */
  read(present: Cookies): Promise<Held | undefined>
  /** The record as the store has it now; in cookies there is no other, so `undefined`. */
  reread(record: SessionRecord): Promise<SessionRecord | undefined>
  /** Puts a new record into the store; nothing to do in cookies. */
  store(record: SessionRecord): Promise<void>
  /**
   * Puts the next version of a record in its place and gives what stands then: this one, a later one
   * of another server, or `undefined` when the session was signed out meanwhile. In cookies nothing is
   * put anywhere, but a sign-out counts all the same.
   */
  replace(record: SessionRecord): Promise<SessionRecord | undefined>
  /** The cookies that carry a record. */
  cookies(record: SessionRecord, present: Cookies): Promise<SetCookie[]>
  /** Ends a session here and now, whatever the store does; tells whether the store forgot it. */
  end(record: SessionRecord): Promise<boolean>
  /**
   * Ends the session of a cookie while the store cannot be read: here and now, and in the store at the
   * next contact with it. Gives the record where the cookie holds it.
   */
  endUnread(present: Cookies): Promise<SessionRecord | undefined>
  /** Ends sessions from elsewhere; throws `feature_unavailable` without a store or a deny list. */
  endAll(target: LogoutTarget): Promise<void>
  /** Whether a session was ended in this process. */
  isEnded(record: SessionRecord): boolean
  /** Clears the session's cookies that the browser sent. */
  clear(present: Cookies): SetCookie[]
  /** Clears a session's cookie that no secret of ours opens. */
  clearDamaged(present: Cookies): Promise<SetCookie[]>
  /** Runs a task while no other server does, if the store can lock; else just runs it. */
  exclusively<Result>(
    record: SessionRecord,
    task: () => Promise<Result>,
  ): Promise<Result | undefined>
}

// Some 25 kB each at most: the record, and the cookies that it came in.
const remembered = 1000

/** Makes a {@link SessionKeeper}. */
export function createSessionKeeper(config: BackendConfig): SessionKeeper {
  const { clock, session: limits } = config
  const cookie = createSessionCookie(createMemorableSeal('session', config), config)
  const { shelf, endings } = openPlaces(config)
  const signOuts = createSignOuts(async (id) => {
    if (shelf) return shelf.remove({ id })
    return endings ? succeeds(endings.end({ id })) : true
  })
  const isLive = (record: SessionRecord): boolean =>
    expiryOf(record, limits) > inSeconds(clock) && !signOuts.has(record.id)

  return {
    canLock: shelf?.canLock ?? false,
    async read(present) {
      const opened = await cookie.open(present)
      if (!opened) return undefined
      const record = await (shelf ? take(opened.data, shelf, endings) : check(opened.data, endings))
      signOuts.finish()
      return record && isLive(record) ? { record, stale: opened.stale } : undefined
    },
    reread: async (record) => shelf?.read(record.id),
    store: async (record) => shelf?.write(record),
    async replace(record) {
      const standing = await (shelf ? shelf.replace(record) : check(record, endings))
      return standing && isLive(standing) ? standing : undefined
    },
    cookies: async (record, present) =>
      cookie.write(shelf ? toTicket(record) : record, expiryOf(record, limits), present),
    end: async ({ id }) => signOuts.end(id),
    async endUnread(present) {
      const data = (await cookie.open(present))?.data
      const record = !shelf && isRecord(data) ? data : undefined
      const id = record?.id ?? asText(asObject(data)?.['sid'])
      if (id !== undefined) await signOuts.end(id)
      return record
    },
    async endAll(target) {
      if (!endings) throw new TrefoilError('feature_unavailable')
      await endings.end(target)
    },
    isEnded: ({ id }) => signOuts.has(id),
    clear: (present) => cookie.clear(present),
    clearDamaged: async (present) => cookie.clearDamaged(present),
    exclusively: async (record, task) => (shelf ? shelf.exclusively(record, task) : task()),
  }
}

/** Where sessions are kept and where their endings are remembered, as far as there is a place. */
interface Places {
  readonly shelf: SessionShelf | undefined
  readonly endings: SessionEndings | undefined
}

function openPlaces(config: BackendConfig): Places {
  const { cookies, issuer, clock, session } = config
  const store = session.store && guardStore(session.store, clock)
  const denyList = session.denyList && guardStore(session.denyList, clock)
  const { absoluteTimeout: lifetime } = session
  const place = store ?? denyList
  return {
    shelf:
      store && createSessionShelf(store, createMemorableSeal('stored-session', config), config),
    endings:
      place &&
      createSessionEndings({ store: place, prefix: cookies.name, issuer, lifetime, clock }),
  }
}

function createMemorableSeal(purpose: string, config: BackendConfig): Seal {
  const { cookies, issuer, clientId, secrets, clock } = config
  const context = [purpose, cookieName(cookies, 'session'), issuer, clientId]
  return rememberOpened(createSeal({ secrets, context, clock }), { limit: remembered, clock })
}

/** What the cookie of a stored session holds: enough to ask for all that is known of it at once. */
interface Ticket {
  readonly sid: string
  readonly session: EndableSession
}

function toTicket(record: SessionRecord): Ticket {
  return { sid: record.id, session: toEndable(record) }
}

async function take(
  data: unknown,
  shelf: SessionShelf,
  endings: SessionEndings | undefined,
): Promise<SessionRecord | undefined> {
  const ticket = asObject(data)
  const id = asText(ticket?.['sid'])
  const session = readEndable(ticket?.['session'])
  if (id === undefined || !session) return undefined
  const [record, isEnded] = await Promise.all([shelf.read(id), endings?.has(session) ?? false])
  return isEnded ? undefined : record
}

async function check(
  data: unknown,
  endings: SessionEndings | undefined,
): Promise<SessionRecord | undefined> {
  if (!isRecord(data)) return undefined
  const session = { ...toEndable(data), id: data.id }
  return (await endings?.has(session)) ? undefined : data
}

function toEndable({ user, startedAt, providerSessionId }: SessionRecord): EndableSession {
  return {
    subject: user.id,
    startedAt,
    ...(providerSessionId !== undefined && { providerSessionId }),
  }
}

function readEndable(data: unknown): EndableSession | undefined {
  const { subject, startedAt, providerSessionId } = asObject(data) ?? {}
  if (typeof subject !== 'string' || typeof startedAt !== 'number') return undefined
  return {
    subject,
    startedAt,
    ...(typeof providerSessionId === 'string' && { providerSessionId }),
  }
}
