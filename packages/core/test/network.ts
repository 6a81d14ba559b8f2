type Fetch = typeof globalThis.fetch

/** A `fetch` that holds the answers of a path back until they are let go. */
export interface HeldFetch {
  readonly fetch: typeof fetch
  /** Resolves when the server has answered and the answer is held. */
  readonly held: Promise<void>
  release(): void
}

/** Makes a {@link HeldFetch}. */
export function holdBack(fetch: Fetch, path: string): HeldFetch {
  const held = createSignal()
  const released = createSignal()
  return {
    held: held.given,
    release: released.give,
    async fetch(input, init) {
      const response = await fetch(input, init)
      if (pathOf(input) !== path) return response
      held.give()
      await released.given
      return response
    },
  }
}

/** A `fetch` whose first answer from a path is lost on its way, though the server has given it. */
export function loseFirst(fetch: Fetch, path: string): Fetch {
  let isLost = false
  return async (input, init) => {
    const response = await fetch(input, init)
    if (isLost || pathOf(input) !== path) return response
    isLost = true
    throw new TypeError('connection reset')
  }
}

function pathOf(input: Parameters<Fetch>[0]): string {
  return new URL(input instanceof Request ? input.url : input).pathname
}

function createSignal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { given, give: () => give() }
}
