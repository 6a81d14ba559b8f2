import { snapshotOf } from './auth-store.ts'
import type { TrefoilError } from './errors.ts'
import type { FrontendContext } from './frontend-context.ts'
import { markerKey } from './frontend-options.ts'
import { createHeldSession } from './held-session.ts'
import { createCache } from './internal/cache.ts'
import { createSessionVault } from './session-vault.ts'
import { type Session, type SessionRecord, toSession } from './session.ts'
import { createTabs, isLater } from './tab-channel.ts'

/** The session of this tab: in memory, in storage, in the other tabs and in the snapshot. */
export interface FrontendSession {
  current(): SessionRecord | undefined
  /** Seconds that the access token still lives; none when there is none. */
  life(): number
  /** Seconds until it is to be renewed; negative when it is due. */
  untilDue(): number
  /** Takes a session of this tab's own making and tells everybody. */
  adopt(record: SessionRecord): void
  /** Takes the stored session, which is nobody's until it was renewed. */
  recall(): boolean
  /** A later version of a session than this, out of storage or from another tab; it is taken. */
  catchUp(record: SessionRecord): Promise<boolean>
  /** Asks the other tabs for a session and takes it. */
  borrow(): Promise<boolean>
  /** Whether somebody is signed in in this browser, as far as is known. */
  isMarked(): boolean
  /** A renewal failed in passing: the user stays. */
  keep(error: TrefoilError): void
  /** Nobody is signed in, and so it is told. */
  nobody(): void
  /** The provider has ended the session: everywhere. */
  end(error: TrefoilError): void
  /** The user ends the session: everywhere. Gives what there was. */
  signOut(): SessionRecord | undefined
  /** Hides the session until it is known again whether there is one. */
  hide(): void
  /** Tells about every session that is taken or dropped. */
  onChange(listener: () => void): void
  listen(): () => void
}

// Nobody waits longer than this for a tab that may not exist, and a tab that has the newest tokens is
// worth more.
const borrowPatience = 300
const newestPatience = 1_000

/** Makes a {@link FrontendSession}. */
export function createFrontendSession(context: FrontendContext): FrontendSession {
  const { page, prefix, config, store } = context
  const held = createHeldSession(config.clock, () => page.elapsed())
  const vault = createSessionVault(page, prefix, config)
  // A session that was ended stays so, whatever was on its way.
  const ended = createCache<true>(100)
  const listeners = new Set<() => void>()
  const changed = (): void => {
    for (const listener of listeners) listener()
  }

  const take = (record: SessionRecord): void => {
    held.hold(record)
    vault.write(record)
    store.update(snapshotOf(publish(record, context)))
    changed()
  }
  const consider = (record: SessionRecord): boolean => {
    const current = held.record()
    if (ended.get(record.id) || (current && !isLater(record, current))) return false
    take(record)
    return true
  }
  const drop = (error: TrefoilError | null): SessionRecord | undefined => {
    const record = held.record() ?? vault.read()
    if (record) ended.set(record.id, true)
    held.drop()
    vault.clear()
    store.update({ ...snapshotOf(null), error })
    changed()
    return record
  }
  const tabs = createTabs(page, prefix, config, {
    current: () => held.record(),
    onSession: consider,
    onEnd(id) {
      ended.set(id, true)
      if (held.record()?.id === id) drop(null)
    },
  })
  const dropEverywhere = (error: TrefoilError | null): SessionRecord | undefined => {
    const record = drop(error)
    vault.unmark()
    if (record) tabs.tellEnd(record.id)
    return record
  }

  return {
    current: () => held.record(),
    life: () => held.life(),
    untilDue: () => held.untilDue(),
    adopt(record) {
      take(record)
      vault.mark(record)
      tabs.tell(record)
    },
    recall() {
      const record = vault.read()
      if (record) held.hold(record)
      return record !== undefined
    },
    async catchUp(record) {
      if (!vault.isBehind(record)) return false
      const stored = vault.read()
      // What is stored has no access token, but a tab that has just renewed it has.
      const later = (await tabs.ask(newestPatience, record)) ?? stored
      const current = held.record()
      if (current && isLater(current, record)) return true
      if (!later || !isLater(later, record)) return false
      held.hold(later)
      return later.tokens.accessToken !== ''
    },
    async borrow() {
      const record = await tabs.ask(borrowPatience)
      return record !== undefined && held.record() !== undefined
    },
    isMarked: () => vault.isMarked(),
    keep(error) {
      const record = held.record()
      if (record) store.update({ ...snapshotOf(publish(record, context)), error, isStale: true })
    },
    nobody() {
      vault.unmark()
      store.update({ ...snapshotOf(null), error: store.getSnapshot().error })
    },
    end: (error) => void dropEverywhere(error),
    signOut: () => dropEverywhere(null),
    hide: () => store.update({ status: 'loading', session: null }),
    onChange: (listener) => void listeners.add(listener),
    listen() {
      tabs.open()
      const unlisten = page.onStoreChange((key, value) => {
        // Where there is no channel, the marker's end is the only word of a sign-out.
        if (key === prefix + markerKey && value === null && !tabs.isOpen()) drop(null)
      })
      return () => {
        unlisten()
        tabs.close()
      }
    },
  }
}

// Without an idle time a session ends with its refresh token, whose life nobody tells: Kinde's is 15
// days unless set otherwise (KINDE-PROTOCOL section 2).
const usualLife = 15 * 86_400
const year = 365 * 86_400

function publish(record: SessionRecord, { config, store }: FrontendContext): Session {
  const limits = { idleTimeout: config.idleTimeout ?? usualLife, absoluteTimeout: year }
  const session = toSession(record, limits)
  const { session: before } = store.getSnapshot()
  return before && JSON.stringify(before) === JSON.stringify(session) ? before : session
}
