import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, vi } from 'vitest'

/** Takes the place of the timers of a describe block, so that waiting costs a tenth of its time. */
export function useFastTimers(): void {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())
}

/** Lets timers run out, one after another, until a task is done. */
export async function untilDone<Result>(task: Promise<Result>): Promise<Result> {
  let isDone = false
  const done = (): void => void (isDone = true)
  task.then(done, done)
  while (!isDone) {
    // Cryptography is done outside of this thread, so some real time must pass with the timers'.
    await sleep(1)
    await vi.advanceTimersByTimeAsync(10)
  }
  return task
}

/** A `fetch` that holds the answers of a path back until they are let go. */
export interface HeldFetch {
  readonly fetch: typeof fetch
  /** Resolves when the server has answered and the answer is held. */
  readonly held: Promise<void>
  release(): void
}

/** Makes a {@link HeldFetch}. */
export function holdBack(fetch: typeof globalThis.fetch, path: string): HeldFetch {
  const held = createSignal()
  const released = createSignal()
  return {
    held: held.given,
    release: released.give,
    async fetch(input, init) {
      const response = await fetch(input, init)
      if (!String(input).endsWith(path)) return response
      held.give()
      await released.given
      return response
    },
  }
}

function createSignal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { given, give: () => give() }
}
