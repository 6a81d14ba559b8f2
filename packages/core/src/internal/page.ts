import { createPeek, type PagePeek } from './page-peek.ts'

/** Texts by key, where writing may fail and reading never throws. */
export interface KeyStore {
  read(key: string): string | undefined
  /** Tells whether it is kept: storage may be full, or forbidden by the user. */
  write(key: string, value: string): boolean
  remove(key: string): void
  keys(): string[]
}

/** The part of Web Locks that is used. */
export interface Locks {
  request(
    name: string,
    options: { signal: AbortSignal } | { ifAvailable: true },
    task: (lock: object | null) => Promise<void>,
  ): Promise<unknown>
}

/** Something that happens to the page. */
export type PageEvent = 'visible' | 'online' | 'restored' | 'activity'

/** The browser as a front-end app sees it: everything that a test must be able to play. */
export interface Page extends PagePeek {
  readonly tabStore: KeyStore
  readonly browserStore: KeyStore
  /** Another tab changed or removed (`null`) a key of the browser store. */
  onStoreChange(listener: (key: string, value: string | null) => void): () => void
  /** Goes to another page. */
  assign(url: string): void
  /** Puts another URL of this origin into the address bar without going anywhere. */
  replaceUrl(path: string): void
  readonly locks: Locks | undefined
  isVisible(): boolean
  /** Milliseconds of a clock that nobody sets. It may stand still while the machine sleeps. */
  elapsed(): number
  on(event: PageEvent, listener: () => void): () => void
  /** Whether this page is in a frame. */
  isFramed(): boolean
  /** From a frame: hands a text to the page around it, if that is of this origin. */
  tellParent(text: string): void
  /** Opens a URL in a hidden frame, and gives what the page in it tells; removes it when aborted. */
  askFrame(url: string, signal: AbortSignal): Promise<string>
  /** Whether there is the cryptography that a sign-in needs (not on plain http beyond loopback). */
  canSign(): boolean
}

// Milliseconds that the page in a frame may take to speak once it is there: it loads the engine first.
const grace = 2_500

const activities = ['pointerdown', 'keydown', 'scroll', 'touchstart']

/** The page of this window. */
export function openPage(): Page {
  const { document, location, history, navigator, performance } = window
  return {
    ...createPeek(window),
    tabStore: createKeyStore(() => window.sessionStorage),
    browserStore: createKeyStore(() => window.localStorage),
    onStoreChange: (listener) =>
      addListener(window, ['storage'], (event) => {
        if (!(event instanceof StorageEvent) || event.storageArea !== window.localStorage) return
        if (event.key !== null) listener(event.key, event.newValue)
      }),
    assign: (url) => location.assign(url),
    replaceUrl: (path) => history.replaceState(history.state, '', path),
    // Undefined on insecure origins, whatever the types say.
    locks: 'locks' in navigator ? navigator.locks : undefined,
    isVisible: () => document.visibilityState === 'visible',
    elapsed: () => performance.now(),
    on: (event, listener) => listen(window, event, listener),
    isFramed: () => window.parent !== window,
    tellParent: (text) => window.parent.postMessage(text, location.origin),
    askFrame: async (url, signal) => askFrame(window, url, signal),
    canSign: () => window.isSecureContext && 'subtle' in window.crypto,
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

function listen(
  window: Window & typeof globalThis,
  event: PageEvent,
  listener: () => void,
): () => void {
  const { document } = window
  if (event === 'visible') {
    return addListener(document, ['visibilitychange'], () => {
      if (document.visibilityState === 'visible') listener()
    })
  }
  if (event === 'restored') {
    return addListener(window, ['pageshow'], (shown) => {
      if (shown instanceof PageTransitionEvent && shown.persisted) listener()
    })
  }
  return addListener(window, event === 'activity' ? activities : [event], listener)
}

async function askFrame(
  { document, location, window }: Window,
  url: string,
  signal: AbortSignal,
): Promise<string> {
  const frame = document.createElement('iframe')
  frame.hidden = true
  frame.src = url
  let stop: (() => void) | undefined
  try {
    return await new Promise<string>((resolve, reject) => {
      stop = addListener(window, ['message'], (event) => {
        if (!(event instanceof MessageEvent) || event.origin !== location.origin) return
        const isOurs = event.source === frame.contentWindow && typeof event.data === 'string'
        if (isOurs) resolve(event.data)
      })
      signal.addEventListener('abort', () => reject(signal.reason))
      // Whatever was shown: the page that should speak has had its time.
      frame.addEventListener('load', () => setTimeout(() => reject(new Error('no word')), grace))
      document.body.append(frame)
    })
  } finally {
    stop?.()
    frame.remove()
  }
}

/** Listens to events of some types; gives what ends it. */
function addListener(
  target: EventTarget,
  types: readonly string[],
  listener: (event: Event) => void,
): () => void {
  for (const type of types) target.addEventListener(type, listener, { passive: true })
  return () => {
    for (const type of types) target.removeEventListener(type, listener)
  }
}
