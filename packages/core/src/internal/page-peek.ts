// What the page that nobody has signed in on carries of the browser.

/** Texts by key, where writing may fail and reading never throws. */
export interface KeyStore {
  read(key: string): string | undefined
  /** Tells whether it is kept: storage may be full, or forbidden by the user. */
  write(key: string, value: string): boolean
  remove(key: string): void
  keys(): string[]
}

/** A line to the other tabs of this origin. */
export interface Channel {
  post(message: unknown): void
  close(): void
}

/** The browser as far as the part of an app needs it that is there from the start. */
export interface PagePeek {
  url(): URL
  readonly tabStore: KeyStore
  readonly browserStore: KeyStore
  /** `undefined` where there is no BroadcastChannel. */
  openChannel(name: string, listener: (message: unknown) => void): Channel | undefined
  /** Another tab changed or removed (`null`) a key of the browser store. */
  onStoreChange(listener: (key: string, value: string | null) => void): () => void
  /** Whether this page is in a frame. */
  isFramed(): boolean
  /** From a frame: hands a text to the page around it, if that is of this origin. */
  tellParent(text: string): void
}

/** The page of this window, or `undefined` where there is none. Nothing is touched at import. */
export function peekPage(): PagePeek | undefined {
  return 'document' in globalThis ? createPeek(window) : undefined
}

/** Makes a {@link PagePeek}. */
export function createPeek(window: Window & typeof globalThis): PagePeek {
  return {
    url: () => new URL(window.location.href),
    tabStore: createKeyStore(() => window.sessionStorage),
    browserStore: createKeyStore(() => window.localStorage),
    openChannel: (name, listener) => openChannel(window, name, listener),
    onStoreChange: (listener) =>
      addListener(window, ['storage'], (event) => {
        if (!(event instanceof StorageEvent) || event.storageArea !== window.localStorage) return
        if (event.key !== null) listener(event.key, event.newValue)
      }),
    isFramed: () => window.parent !== window,
    tellParent: (text) => window.parent.postMessage(text, window.location.origin),
  }
}

function createKeyStore(open: () => Storage): KeyStore {
  // Where the user forbids it, even looking at the property throws.
  const attempt = <Result>(task: (storage: Storage) => Result): Result | undefined => {
    try {
      return task(open())
    } catch {
      return undefined
    }
  }
  return {
    read: (key) => attempt((storage) => storage.getItem(key)) ?? undefined,
    write: (key, value) =>
      attempt((storage) => {
        storage.setItem(key, value)
        return true
      }) ?? false,
    remove: (key) => attempt((storage) => storage.removeItem(key)),
    keys: () => attempt((storage) => Object.keys(storage)) ?? [],
  }
}

function openChannel(
  window: Window & typeof globalThis,
  name: string,
  listener: (message: unknown) => void,
): Channel | undefined {
  if (!('BroadcastChannel' in window)) return undefined
  const channel = new BroadcastChannel(name)
  channel.addEventListener('message', ({ data }) => listener(data))
  // It has an origin of its own: this one.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  return { post: (message) => channel.postMessage(message), close: () => channel.close() }
}

/** Listens to events of some types; gives what ends it. */
export function addListener(
  target: EventTarget,
  types: readonly string[],
  listener: (event: Event) => void,
): () => void {
  for (const type of types) target.addEventListener(type, listener, { passive: true })
  return () => {
    for (const type of types) target.removeEventListener(type, listener)
  }
}
