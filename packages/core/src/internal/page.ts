import { addListener, createPeek, type PagePeek } from './page-peek.ts'

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
  /** Goes to another page. */
  assign(url: string): void
  /** Puts another URL of this origin into the address bar without going anywhere. */
  replaceUrl(path: string): void
  readonly locks: Locks | undefined
  isVisible(): boolean
  /** Milliseconds of a clock that nobody sets. It may stand still while the machine sleeps. */
  elapsed(): number
  on(event: PageEvent, listener: () => void): () => void
  /** Opens a URL in a hidden frame, and gives what the page in it tells; removes it when aborted. */
  askFrame(url: string, signal: AbortSignal): Promise<string>
  /** Whether there is the cryptography that a sign-in needs (not on plain http beyond loopback). */
  canSign(): boolean
}

// Milliseconds that the page in a frame may take to speak once it is there.
const grace = 1_500

const activities = ['pointerdown', 'keydown', 'scroll', 'touchstart']

/** The page of this window. */
export function openPage(): Page {
  const { document, location, history, navigator, performance } = window
  return {
    ...createPeek(window),
    assign: (url) => location.assign(url),
    replaceUrl: (path) => history.replaceState(history.state, '', path),
    // Undefined on insecure origins, whatever the types say.
    locks: 'locks' in navigator ? navigator.locks : undefined,
    isVisible: () => document.visibilityState === 'visible',
    elapsed: () => performance.now(),
    on: (event, listener) => listen(window, event, listener),
    askFrame: async (url, signal) => askFrame(window, url, signal),
    canSign: () => window.isSecureContext && 'subtle' in window.crypto,
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
