import { pause, within } from './internal/deadline.ts'
import { parseJson, asObject, randomText } from './internal/encoding.ts'
import type { Locks, Page } from './internal/page.ts'

/**
 * A task for one tab at a time. It is told whether it had to wait, in which case another tab may just
 * have done the same, and gives whether it has told the other tabs something.
 */
export type LockedTask = (hasWaited: boolean) => Promise<boolean>

/** Runs one task at a time over all tabs of this origin, as far as the browser lets it. */
export type TabLock = (task: LockedTask) => Promise<void>

/** Milliseconds after which a tab goes on without the lock: another may have been frozen with it. */
export const patience = 5_000

/** Makes a {@link TabLock}: Web Locks where there are any, else a note in the browser's storage. */
export function createTabLock(page: Pick<Page, 'locks' | 'browserStore'>, name: string): TabLock {
  const { locks } = page
  return locks
    ? async (task) => underWebLock(locks, name, task)
    : async (task) => underNote(page, name, task)
}

// Milliseconds. That a lock is free reaches the other tabs sooner than what its holder told them, so who
// comes within this time still has to wait, and knows that there may be something to ask for.
const echo = 50

async function underWebLock(locks: Locks, name: string, task: LockedTask): Promise<void> {
  return new Promise((resolve) => {
    let hasBegun = false
    const run = async (hasWaited: boolean): Promise<void> => {
      hasBegun = true
      const result = task(hasWaited)
      resolve(result.then(() => undefined))
      // Who waits for the lock only needs to know that it is free again.
      if (await result.catch(() => false)) await pause(echo)
    }
    const goOn = (): void => {
      // It took too long, or the page may not use locks at all.
      if (!hasBegun) resolve(task(true).then(() => undefined))
    }
    void holdWebLock(locks, name, run).then(goOn, goOn)
  })
}

async function holdWebLock(
  locks: Locks,
  name: string,
  run: (hasWaited: boolean) => Promise<void>,
): Promise<void> {
  let isFree = false
  await locks.request(name, { ifAvailable: true }, async (lock) => {
    isFree = lock !== null
    if (isFree) await run(false)
  })
  if (isFree) return
  const waiting = new AbortController()
  const timer = setTimeout(() => waiting.abort(), patience)
  await locks.request(name, { signal: waiting.signal }, async () => {
    clearTimeout(timer)
    await run(true)
  })
}

const pollPause = 50
// Two tabs may write their note at the same moment; after this long the later one has won.
const settling = 20

// Not a true lock, but the tabs that need it are few: it is for browsers of before 2022.
async function underNote(
  { browserStore: store }: Pick<Page, 'browserStore'>,
  name: string,
  task: LockedTask,
): Promise<void> {
  const owner = randomText(9)
  const isFree = (): boolean => {
    const until = asObject(parseJson(store.read(name) ?? ''))?.['until']
    // A note from a time to come was written under another clock.
    return typeof until !== 'number' || until < Date.now() || until > Date.now() + patience
  }
  const isOurs = (): boolean => asObject(parseJson(store.read(name) ?? ''))?.['owner'] === owner
  let hasWaited = false
  const take = async (): Promise<void> => {
    while (!isOurs()) {
      if (isFree()) {
        const note = { owner, until: Date.now() + patience }
        if (!store.write(name, JSON.stringify(note))) return
        await pause(settling)
      } else {
        hasWaited = true
        await pause(pollPause)
      }
    }
  }
  await within(patience, take())
  try {
    await task(hasWaited)
  } finally {
    if (isOurs()) store.remove(name)
  }
}
