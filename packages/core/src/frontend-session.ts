import { snapshotOf } from './auth-store.ts'
import type { TrefoilError } from './errors.ts'
import type { FrontendContext } from './frontend-context.ts'
import { markerKey } from './frontend-options.ts'
import { createHeldSession, type HeldSession } from './held-session.ts'
import { createCache } from './internal/cache.ts'
import { withoutCookieToken } from './refresh-token-cookie.ts'
import { createSessionVault, isLater, type SessionVault } from './session-vault.ts'
import { type Session, type SessionRecord, toSession } from './session.ts'
import { createTabs, type Tabs } from './tab-channel.ts'

/** The session of this tab: in memory, in storage, in the other tabs and in the snapshot. */
export interface FrontendSession extends Pick<HeldSession, 'record' | 'life' | 'untilDue'> {
  /** Takes a session of this tab's own making and tells everybody. */
  adopt(record: SessionRecord): void
  /** The session that there is, in memory or in storage. */
  stored(): SessionRecord | undefined
  /** Takes the stored session, which is nobody's until it was renewed. */
  recall(): boolean
  /**
   * Takes the later version of a session that another tab has made, if one has: true when this tab can
   * go on with it, false when it is left to this tab to renew. Where there is nothing that tells of a
   * later version, the other tabs are asked all the same when `mayBeBehind`.
   */
  catchUp(record: SessionRecord, mayBeBehind: boolean): Promise<boolean>
  /** Asks the other tabs for a session and takes it. */
  borrow(): Promise<boolean>
  /** Whether somebody is signed in in this browser, as far as is known. */
  isMarked(): boolean
  /** A renewal failed in passing: the user stays. */
  keep(error: TrefoilError): void
  /** Nobody is signed in, and so it is told. */
  nobody(): void
  /** Ends the session, in every tab; gives what there was. An error says that it was not the user. */
  end(error: TrefoilError | null): SessionRecord | undefined
  /** Hides the session until it is known again whether there is one. */
  hide(): void
  /** Tells about every session that is taken or dropped. */
  onChange(listener: () => void): () => void
  listen(): () => void
}

// Nobody waits long for a tab that may not exist; one that has the newest tokens is worth more.
const borrowPatience = 300
const newestPatience = 1_000

/** Makes a {@link FrontendSession}. */
export function createFrontendSession(context: FrontendContext): FrontendSession {
  const { store } = context
  const holding = createHolding(context)
  const { held, vault, tabs, take, drop } = holding

  return {
    record: () => held.record(),
    life: () => held.life(),
    untilDue: () => held.untilDue(),
    adopt(given) {
      const record = take(given)
      vault.mark(record)
      tabs.tell(record)
    },
    stored: () => held.record() ?? vault.read(),
    recall() {
      const record = vault.read()
      if (record) held.hold(record)
      return record !== undefined
    },
    catchUp: async (record, mayBeBehind) => catchUp(record, mayBeBehind, holding),
    borrow: async () => (await tabs.ask(borrowPatience)) !== undefined && isHeld(held),
    isMarked: () => vault.isMarked(),
    keep(error) {
      const record = held.record()
      if (record) store.update({ ...snapshotOf(publish(record, context)), error, isStale: true })
    },
    nobody() {
      vault.unmark()
      store.update({ ...snapshotOf(null), error: store.getSnapshot().error })
    },
    end(error) {
      const record = drop(error)
      vault.unmark()
      if (record) tabs.tellEnd(record.id)
      return record
    },
    hide: () => store.update({ status: 'loading', session: null }),
    onChange: holding.onChange,
    listen: () => listen(holding, context),
  }
}

/** The places where a session is, and the two things that happen to it in all of them. */
interface Holding {
  readonly held: HeldSession
  readonly vault: SessionVault
  readonly tabs: Tabs
  readonly take: (record: SessionRecord) => SessionRecord
  readonly drop: (error: TrefoilError | null) => SessionRecord | undefined
  readonly onChange: (listener: () => void) => () => void
}

function createHolding(context: FrontendContext): Holding {
  const { page, prefix, config, store } = context
  const held = createHeldSession(config.clock, () => page.elapsed())
  const vault = createSessionVault(page, prefix, config)
  // A session that was ended stays so, whatever was on its way.
  const ended = createCache<true>(100)
  const listeners = new Set<() => void>()
  const changed = (): void => {
    for (const listener of listeners) listener()
  }
  const take = (given: SessionRecord): SessionRecord => {
    const record = withoutCookieToken(given, config)
    held.hold(record)
    vault.write(record)
    store.update(snapshotOf(publish(record, context)))
    changed()
    return record
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
    onSession(record) {
      const current = held.record()
      if (!ended.get(record.id) && (!current || isLater(record, current))) take(record)
    },
    onEnd(id) {
      ended.set(id, true)
      if (held.record()?.id === id) drop(null)
    },
  })
  const onChange = (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  return { held, vault, tabs, take, drop, onChange }
}

async function catchUp(
  record: SessionRecord,
  mayBeBehind: boolean,
  { held, vault, tabs }: Holding,
): Promise<boolean> {
  if (isAhead(held, record)) return true
  // The marker of a renewal that another tab has just made may come after the lock.
  if (mayBeBehind && !vault.isBehind(record)) await tabs.ask(borrowPatience, record)
  if (isAhead(held, record)) return true
  if (!vault.isBehind(record)) return false
  // A tab that has it hands it over with its access token, and it is taken as it is heard.
  await tabs.ask(newestPatience, record)
  if (isAhead(held, record)) return true
  const stored = vault.read()
  if (stored && isLater(stored, record)) held.hold(stored)
  return false
}

function isAhead(held: HeldSession, record: SessionRecord): boolean {
  const current = held.record()
  return current !== undefined && isLater(current, record) && held.life() > 0
}

function isHeld(held: HeldSession): boolean {
  return held.record() !== undefined
}

function listen({ tabs, drop }: Holding, { page, prefix }: FrontendContext): () => void {
  tabs.open()
  const unlisten = page.onStoreChange((key, value) => {
    // Where there is no channel, the marker's end is the only word of a sign-out.
    if (key === prefix + markerKey && value === null && !tabs.isOpen()) drop(null)
  })
  return () => {
    unlisten()
    tabs.close()
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
