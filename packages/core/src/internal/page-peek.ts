// What the page that nobody has signed in on carries of the browser.

/** A line to the other tabs of this origin. */
export interface Channel {
  post(message: unknown): void
  close(): void
}

/** The browser as far as the part of an app needs it that is there from the start. */
export interface PagePeek {
  url(): URL
  /** Whether the browser keeps a text under a key, for this tab or for all; where it may not, it does not. */
  isStored(key: string): boolean
  /** `undefined` where there is no BroadcastChannel. */
  openChannel(name: string, listener: (message: unknown) => void): Channel | undefined
}

/** The page of this window, or `undefined` where there is none. Nothing is touched at import. */
export function peekPage(): PagePeek | undefined {
  return 'document' in globalThis ? createPeek(window) : undefined
}

/** Makes a {@link PagePeek}. */
export function createPeek(window: Window & typeof globalThis): PagePeek {
  return {
    url: () => new URL(window.location.href),
    isStored: (key) =>
      (['sessionStorage', 'localStorage'] as const).some((storage) => {
        // Where the user forbids it, even looking at the property throws.
        try {
          return window[storage].getItem(key) !== null
        } catch {
          return false
        }
      }),
    openChannel(name, listener) {
      if (!('BroadcastChannel' in window)) return undefined
      const channel = new BroadcastChannel(name)
      channel.addEventListener('message', ({ data }) => listener(data))
      // It has an origin of its own: this one.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      return { post: (message) => channel.postMessage(message), close: () => channel.close() }
    },
  }
}
