import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { KeyStore, Locks } from './internal/page.ts'
import { createTabLock, type LockedTask, patience } from './tab-lock.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function createStore(): KeyStore & { entries: Map<string, string> } {
  const entries = new Map<string, string>()
  return {
    entries,
    read: (key) => entries.get(key),
    write: (key, value) => entries.set(key, value) !== undefined,
    remove: (key) => void entries.delete(key),
    keys: () => [...entries.keys()],
  }
}

/** Runs tasks in two tabs at once; gives the order of what happened. */
async function runTwo(locks: Locks | undefined, browserStore: KeyStore): Promise<string[]> {
  const happened: string[] = []
  const task = (name: string) => async (): Promise<boolean> => {
    happened.push(`${name} begins`)
    await new Promise((resolve) => setTimeout(resolve, 100))
    happened.push(`${name} ends`)
    return true
  }
  const tabs = [
    createTabLock({ locks, browserStore }, 'lock'),
    createTabLock({ locks, browserStore }, 'lock'),
  ]
  const done = Promise.all(tabs.map(async (lock, index) => lock(task(String(index)))))
  await vi.advanceTimersByTimeAsync(2_000)
  await done
  return happened
}

const frozen: Locks = {
  request: async (_name, options, task) =>
    'ifAvailable' in options
      ? task(null)
      : new Promise((_resolve, reject) => {
          options.signal.addEventListener('abort', () => reject(options.signal.reason))
        }),
}

describe('a lock over tabs', () => {
  it('SP-04 is not waited for longer than five seconds, when a tab was frozen with it', async () => {
    const lock = createTabLock({ locks: frozen, browserStore: createStore() }, 'lock')
    const task = vi.fn<LockedTask>(async () => true)
    const result = lock(task)
    await vi.advanceTimersByTimeAsync(patience - 1)
    expect(task).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    await result
    expect(task).toHaveBeenCalledExactlyOnceWith(true)
  })

  it('SP-04 is a note in storage where there are no Web Locks', async () => {
    const store = createStore()
    const happened = await runTwo(undefined, store)
    expect([happened[0]?.at(0), happened[2]?.at(0)]).toEqual([
      happened[1]?.at(0),
      happened[3]?.at(0),
    ])
    expect(store.keys()).toEqual([])
  })

  it.each([
    ['of a tab that is gone', { owner: 'gone', until: Date.now() - 1 }],
    ['of another clock', { owner: 'gone', until: Date.now() + 3_600_000 }],
    ['that is no note', 'x'],
  ])('is free when there is a note %s', async (_name, note) => {
    const browserStore = createStore()
    browserStore.write('lock', JSON.stringify(note))
    const task = vi.fn<LockedTask>(async () => true)
    const result = createTabLock({ locks: undefined, browserStore }, 'lock')(task)
    await vi.advanceTimersByTimeAsync(100)
    await result
    expect(task).toHaveBeenCalledExactlyOnceWith(false)
  })

  it('hands on what a task throws, and is free again', async () => {
    const locks: Locks = { request: async (_name, _options, task) => task({}) }
    const lock = createTabLock({ locks, browserStore: createStore() }, 'lock')
    await expect(lock(async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    const task = vi.fn<LockedTask>(async () => true)
    await lock(task)
    expect(task).toHaveBeenCalledExactlyOnceWith(false)
  })
})
