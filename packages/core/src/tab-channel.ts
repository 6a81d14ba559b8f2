import type { FrontendConfig } from './frontend-config.ts'
import { within } from './internal/deadline.ts'
import { asObject, asText } from './internal/encoding.ts'
import type { Page } from './internal/page.ts'
import { type Parcel, toRecord } from './session-vault.ts'
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
  const hear = (data: unknown): void => {
    const message = asObject(data)
    if (message?.['type'] === 'hello') tellCurrent()
    const id = asText(message?.['id'])
    if (message?.['type'] === 'ended' && id) listener.onEnd(id)
    const record = message?.['type'] === 'session' ? toRecord(message, config) : undefined
    if (!record) return
    listener.onSession(record)
    for (const tell of [...waiting]) tell(record)
  }
  let channel: ReturnType<Page['openChannel']>
  const post = (message: Message): void => channel?.post(message)
  const tellCurrent = (): void => {
    const record = listener.current()
    if (record && record.tokens.accessToken !== '') post({ type: 'session', issuer, record })
  }

  return {
    tell: (record) => post({ type: 'session', issuer, record }),
    tellEnd: (id) => post({ type: 'ended', id }),
    async ask(patience, than) {
      let forget = (): void => undefined
      const heard = new Promise<SessionRecord>((resolve) => {
        const consider = (record: SessionRecord): void => {
          if (!than || isLater(record, than)) resolve(record)
        }
        waiting.add(consider)
        forget = () => void waiting.delete(consider)
      })
      post({ type: 'hello' })
      const record = channel && (await within(patience, heard))
      forget()
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

/** Whether a session takes the place of another: a later version of it, or a later sign-in. */
export function isLater(one: SessionRecord, other: SessionRecord): boolean {
  return one.id === other.id ? one.generation > other.generation : one.startedAt > other.startedAt
}
