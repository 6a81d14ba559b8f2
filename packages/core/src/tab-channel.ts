import type { FrontendConfig } from './frontend-config.ts'
import { within } from './internal/deadline.ts'
import { asObject, asText } from './internal/encoding.ts'
import type { Page } from './internal/page.ts'
import type { Channel } from './internal/page-peek.ts'
import { isLater, type Parcel, toRecord } from './session-vault.ts'
import type { SessionRecord } from './session.ts'

/** What tabs tell each other. Only pages of this origin hear it. */
type Message =
  | { readonly type: 'hello' }
  | ({ readonly type: 'session' } & Parcel)
  | { readonly type: 'ended'; readonly id: string }

/** The tabs of this application. */
export interface Tabs {
  /** Hands a session to every tab: a new one, or a new version. */
  tell(record: SessionRecord): void
  /** Tells every tab that a session is over. */
  tellEnd(id: string): void
  /** Asks whether a tab has a session, later than the given one; `undefined` after `patience` ms. */
  ask(patience: number, than?: SessionRecord): Promise<SessionRecord | undefined>
  open(): void
  isOpen(): boolean
  close(): void
}

/** Who listens to other tabs. */
export interface TabsListener {
  /** The session to hand to a tab that asks. */
  current(): SessionRecord | undefined
  onSession(record: SessionRecord): void
  onEnd(id: string): void
}

/** Makes {@link Tabs}. */
export function createTabs(
  page: Page,
  name: string,
  config: FrontendConfig,
  listener: TabsListener,
): Tabs {
  const { issuer } = config
  const waiting = new Set<(record: SessionRecord) => void>()
  let channel: Channel | undefined
  const post = (message: Message): void => channel?.post(message)
  const tell = (record: SessionRecord): void => post({ type: 'session', issuer, record })
  const hear = (data: unknown): void => {
    const message = asObject(data)
    const current = listener.current()
    // One that came out of storage and was not renewed yet is no use to anybody.
    const isGood = current && current.tokens.accessToken !== ''
    if (message?.['type'] === 'hello' && isGood) tell(current)
    const id = asText(message?.['id'])
    if (message?.['type'] === 'ended' && id !== undefined) listener.onEnd(id)
    const record = message?.['type'] === 'session' ? toRecord(message, config) : undefined
    if (!record) return
    listener.onSession(record)
    for (const take of waiting) take(record)
  }

  return {
    tell,
    tellEnd: (id) => post({ type: 'ended', id }),
    async ask(patience, than) {
      const answer = expectSession(waiting, than)
      post({ type: 'hello' })
      const record = channel && (await within(patience, answer.heard))
      answer.forget()
      return record
    },
    open: () => void (channel ??= page.openChannel(name, hear)),
    isOpen: () => channel !== undefined,
    close() {
      channel?.close()
      channel = undefined
    },
  }
}

function expectSession(
  waiting: Set<(record: SessionRecord) => void>,
  than: SessionRecord | undefined,
): { heard: Promise<SessionRecord>; forget: () => void } {
  const leave = new AbortController()
  const heard = new Promise<SessionRecord>((resolve) => {
    const take = (record: SessionRecord): void => {
      if (!than || isLater(record, than)) resolve(record)
    }
    waiting.add(take)
    leave.signal.addEventListener('abort', () => waiting.delete(take))
  })
  return { heard, forget: () => leave.abort() }
}
