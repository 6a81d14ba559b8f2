import type { FrontendConfig } from './frontend-config.ts'
import { markerKey, sessionKey } from './frontend-options.ts'
import { asObject, parseJson } from './internal/encoding.ts'
import type { KeyStore, Page } from './internal/page.ts'
import { isInCookie } from './refresh-token-cookie.ts'
import { isRecord, type SessionRecord } from './session.ts'

/** What one tab tells another of a session, or itself over a reload. */
export interface Parcel {
  readonly issuer: string
  readonly record: SessionRecord
}

/** Where a session outlives the page, as far as the option `storage` lets it. */
export interface SessionVault {
  /** The session without its access token. */
  read(): SessionRecord | undefined
  write(record: SessionRecord): void
  clear(): void
  /** Whether another tab has a later version of a session than this. */
  isBehind(record: SessionRecord): boolean
  /** Whether somebody is signed in in this browser, as far as is known. */
  isMarked(): boolean
  /** Tells the other tabs by storage, where there is no channel, which session stands. */
  mark(record: SessionRecord): void
  unmark(): void
}

type Stores = Pick<Page, 'tabStore' | 'browserStore'>

/** Makes a {@link SessionVault}. */
export function createSessionVault(
  page: Stores,
  prefix: string,
  config: FrontendConfig,
): SessionVault {
  const { tabStore, browserStore } = page
  const store = chooseStore(page, config)
  const marker = prefix + markerKey
  const key = prefix + sessionKey
  const hasCookie = isInCookie(config)
  const read = (): SessionRecord | undefined => {
    const record = toRecord(parseJson(store?.read(key) ?? ''), config)
    const isOurs = (record?.tokens.refreshToken === undefined) === hasCookie
    return isOurs ? record : undefined
  }
  // What another setting of the option has left behind.
  for (const other of [tabStore, browserStore]) if (other !== store) other.remove(key)
  if (hasCookie && !read()) store?.remove(key)

  return {
    read,
    write(record) {
      // Without a refresh token there is nothing to restore a session with.
      if (record.tokens.refreshToken === undefined && !hasCookie) return
      const stored = read()
      // All tabs write to one place, and not always in the order of what happened.
      if (stored && isLater(stored, record)) return
      const tokens = { ...record.tokens, accessToken: '' }
      const parcel: Parcel = { issuer: config.issuer, record: { ...record, tokens } }
      store?.write(key, JSON.stringify(parcel))
    },
    clear: () => store?.remove(key),
    isBehind({ id, generation }) {
      const [markedId, marked] = (browserStore.read(marker) ?? '').split(' ')
      return markedId === id && Number(marked) > generation
    },
    isMarked: () => browserStore.read(marker) !== undefined,
    mark: ({ id, generation }) => void browserStore.write(marker, `${id} ${generation}`),
    unmark: () => browserStore.remove(marker),
  }
}

/** Whether a session takes the place of another: a later version of it, or a later sign-in. */
export function isLater(one: SessionRecord, other: SessionRecord): boolean {
  return one.id === other.id ? one.generation > other.generation : one.startedAt > other.startedAt
}

/** The record in a parcel, when it is one of this application at this issuer. */
export function toRecord(value: unknown, { issuer }: FrontendConfig): SessionRecord | undefined {
  const parcel = asObject(value)
  const record = parcel?.['record']
  return parcel?.['issuer'] === issuer && isRecord(record) ? record : undefined
}

function chooseStore(page: Stores, { storage }: FrontendConfig): KeyStore | undefined {
  if (storage === 'memory') return undefined
  return storage === 'browser-readable-by-any-script' ? page.browserStore : page.tabStore
}
