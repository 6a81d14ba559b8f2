import { createShell } from '../src/frontend-shell.ts'
import type { FrontendApp } from '../src/frontend-app.ts'
import type { FrontendOptions } from '../src/frontend-config.ts'
import { createFrontendEngine } from '../src/frontend-engine.ts'
import type { KeyStore, Locks, Page, PageEvent } from '../src/internal/page.ts'
import { type AuthorizationServer, createAuthorizationServer } from './authorization-server.ts'
import { createDeferred } from './deferred.ts'
import { createFakeProvider, type FakeProvider, paths } from './fake-provider.ts'

/** A tab of a browser: a page that can be reloaded, and what happens to it. */
export interface Tab {
  /** The app of the page that is shown now. */
  readonly app: FrontendApp
  readonly page: FakePage
  /** Where the page wanted to go last. */
  destination(): string
  /** Shows a URL of the site: a new page with the tab's storage. */
  open(url: string): FrontendApp
  /** Closes the tab: it hears nothing more. */
  close(): void
}

/** A {@link Page} that a test plays. */
export interface FakePage extends Page {
  fire(event: PageEvent): void
  href: string
  readonly assigned: string[]
  isHidden: boolean
  isSecure: boolean
  readonly tabStore: FakeStore
}

/** A {@link KeyStore} in memory. */
export interface FakeStore extends KeyStore {
  readonly entries: Map<string, string>
  /** As in a window where the user forbids storage. */
  isForbidden: boolean
}

/** A browser with its tabs, in front of a provider that keeps the rules. */
export interface Browser {
  readonly provider: FakeProvider
  readonly server: AuthorizationServer
  readonly browserStore: FakeStore
  /** Everything that was said on channels. */
  readonly said: unknown[]
  /** Opens a tab; `changes` are options of its app. */
  tab(url?: string, changes?: FrontendOptions): Tab
  /** Opens a tab and signs in, up to the page that the sign-in began on. */
  signIn(url?: string, changes?: FrontendOptions): Promise<Tab>
  wait(seconds: number): void
  /** Sets the device's clock, while the time goes on as before. */
  setClock(seconds: number): void
  tokenCalls(grantType?: string): number
  /** What a silent sign-in in a frame gets; by default the provider says that it must ask. */
  frame: (url: string) => Promise<string>
  /** Features that the browser lacks. */
  readonly lacks: Set<'locks' | 'channel'>
  /** Milliseconds after which a tab learns what another one wrote or said; locks are free at once. */
  lag: number
}

/** The site's origin, and where it calls back. */
export const origin = 'https://app.example'

/** Options that are complete. */
export const frontendOptions: FrontendOptions = {
  issuer: 'https://tenant.kinde.test',
  clientId: 'client-1',
  audience: 'https://api.example',
  env: {},
}

/** Starts a {@link Browser}. */
export async function createBrowser(changes: FrontendOptions = {}): Promise<Browser> {
  let now = 1_790_000_000_000
  let elapsed = 1_000
  const clock = (): number => now
  const { issuer = frontendOptions.issuer ?? '' } = changes
  const provider = await createFakeProvider({ clock, issuer })
  const server = createAuthorizationServer(provider, undefined, clock)
  const channels = new Map<string, Set<(message: unknown) => void>>()
  const locks = createLocks()
  const tabs = new Set<{ hear(key: string, value: string | null): void; store: FakeStore }>()
  const browserStore = createStore()
  const said: unknown[] = []
  const lacks = new Set<'locks' | 'channel'>()

  const createPage = (tabStore: FakeStore, href: string): FakePage => {
    const listeners = new Map<PageEvent, Set<() => void>>()
    const page: FakePage = {
      href,
      assigned: [],
      isHidden: false,
      isSecure: true,
      tabStore,
      url: () => new URL(page.href),
      assign: (url) => void page.assigned.push(url),
      replaceUrl: (path) => void (page.href = new URL(path, page.href).href),
      browserStore: ownStore(browserStore, tabStore, tabs, () => browser.lag),
      isStored: (key) => [tabStore, browserStore].some((store) => store.read(key) !== undefined),
      openChannel(name, listener) {
        if (lacks.has('channel')) return undefined
        const line = channels.get(name) ?? new Set()
        channels.set(name, line)
        line.add(listener)
        return {
          post(message) {
            said.push(message)
            // What is said is a copy, and is heard later.
            for (const other of line) {
              if (other !== listener)
                later(() => line.has(other) && other(structuredClone(message)), browser.lag)
            }
          },
          close: () => void line.delete(listener),
        }
      },
      locks: lacks.has('locks') ? undefined : locks,
      isVisible: () => !page.isHidden,
      elapsed: () => elapsed,
      on(event, listener) {
        const known = listeners.get(event) ?? new Set()
        listeners.set(event, known.add(listener))
        return () => void known.delete(listener)
      },
      onStoreChange(listener) {
        const entry = { hear: listener, store: tabStore }
        tabs.add(entry)
        return () => void tabs.delete(entry)
      },
      isFramed: () => false,
      tellParent: () => undefined,
      askFrame: async (url) => browser.frame(url),
      canSign: () => page.isSecure,
      fire(event) {
        for (const listener of listeners.get(event) ?? []) listener()
      },
    }
    return page
  }

  const browser: Browser = {
    provider,
    server,
    browserStore,
    said,
    lacks,
    lag: 0,
    frame: async (url) => server.refuse(url, 'login_required'),
    wait(seconds) {
      now += seconds * 1000
      elapsed += seconds * 1000
    },
    setClock: (seconds) => void (now += seconds * 1000),
    tokenCalls: (grantType) =>
      provider
        .to(paths.token)
        .filter(({ form }) => grantType === undefined || form.get('grant_type') === grantType)
        .length,
    tab(url = '/', own = {}) {
      const tabStore = createStore()
      let app: FrontendApp | undefined
      let page = createPage(tabStore, `${origin}${url}`)
      const open = (href: string): FrontendApp => {
        app?.stop()
        page = createPage(tabStore, new URL(href, origin).href)
        const options = { ...frontendOptions, fetch: provider.fetch, clock, ...changes, ...own }
        const shown = page
        app = createShell(options, shown, async (given, store) =>
          createFrontendEngine(given, shown, store),
        )
        return app
      }
      open(url)
      return {
        get app() {
          return app ?? open(url)
        },
        get page() {
          return page
        },
        destination: () => page.assigned.at(-1) ?? '',
        open,
        close: () => app?.stop(),
      }
    },
    async signIn(url = '/', own = {}) {
      const tab = browser.tab(url, own)
      await tab.app.start()
      await tab.app.login()
      await tab.open(await server.authorize(tab.destination())).start()
      return tab
    },
  }
  return browser
}

// In the next turn of the event loop, or after some milliseconds.
function later(task: () => void, lag = 0): void {
  setTimeout(task, lag)
}

function createStore(): FakeStore {
  const entries = new Map<string, string>()
  const store: FakeStore = {
    entries,
    isForbidden: false,
    read: (key) => (store.isForbidden ? undefined : entries.get(key)),
    write(key, value) {
      if (!store.isForbidden) entries.set(key, value)
      return !store.isForbidden
    },
    remove: (key) => void entries.delete(key),
    keys: () => (store.isForbidden ? [] : [...entries.keys()]),
  }
  return store
}

// The other tabs hear of a change, and the tab that made it does not.
function ownStore(
  shared: FakeStore,
  own: FakeStore,
  tabs: ReadonlySet<{ hear(key: string, value: string | null): void; store: FakeStore }>,
  lag: () => number,
): KeyStore {
  // What only this tab knows yet.
  const pending = new Map<string, string>()
  const tell = (key: string, value: string | null): void => {
    for (const { hear, store } of tabs) if (store !== own) later(() => hear(key, value), lag())
  }
  const keep = (key: string, value: string): boolean => {
    if (lag() === 0) return shared.write(key, value)
    pending.set(key, value)
    later(() => pending.delete(key) && shared.write(key, value), lag())
    return true
  }
  return {
    ...shared,
    read: (key) => pending.get(key) ?? shared.read(key),
    keys: () => shared.keys(),
    write(key, value) {
      const isNew = shared.entries.get(key) !== value
      const isKept = keep(key, value)
      if (isKept && isNew) tell(key, value)
      return isKept
    },
    remove(key) {
      pending.delete(key)
      if (shared.entries.delete(key)) tell(key, null)
    },
  }
}

function createLocks(): Locks {
  const queues = new Map<string, Promise<unknown>>()
  const held = new Map<string, number>()
  return {
    async request(name, options, task) {
      const holders = held.get(name) ?? 0
      if ('ifAvailable' in options && holders > 0) return task(null)
      held.set(name, holders + 1)
      const before = queues.get(name)
      const { promise, resolve } = createDeferred<undefined>()
      queues.set(
        name,
        (before ?? Promise.resolve()).then(async () => promise),
      )
      const aborted = new Promise<never>((_resolve, reject) => {
        if ('ifAvailable' in options) return
        options.signal.addEventListener('abort', () => reject(options.signal.reason))
      })
      try {
        await Promise.race([before, aborted])
        await task({})
      } finally {
        held.set(name, (held.get(name) ?? 1) - 1)
        resolve(undefined)
      }
    },
  }
}
