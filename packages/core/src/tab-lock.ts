import { pause, within } from './internal/deadline.ts'
import { parseJson, asObject, randomText } from './internal/encoding.ts'
import type { Locks, Page } from './internal/page.ts'

/** Runs one task at a time over all tabs of this origin, as far as the browser lets it. */
export type TabLock = <Result>(task: () => Promise<Result>) => Promise<Result>

/** Milliseconds after which a tab goes on without the lock: another may have been frozen with it. */
export const patience = 5_000

/** Makes a {@link TabLock}: Web Locks where there are any, else a note in the browser's storage. */
export function createTabLock(page: Pick<Page, 'locks' | 'browserStore'>, name: string): TabLock {
  const { locks } = page
  return locks
    ? async (task) => underWebLock(locks, name, task)
    : async (task) => underNote(page, name, task)
}

async function underWebLock<Result>(
  locks: Locks,
  name: string,
  task: () => Promise<Result>,
): Promise<Result> {
  const waiting = new AbortController()
  const timer = setTimeout(() => waiting.abort(), patience)
  let run: Promise<Result> | undefined
  const begin = async (): Promise<void> => {
    clearTimeout(timer)
    run = task()
    // Who waits for the lock only needs to know that it is free again.
    await run.catch(() => undefined)
  }
  try {
    await locks.request(name, { signal: waiting.signal }, begin)
  } catch {
    // It took too long, or the page may not use locks at all.
  } finally {
    clearTimeout(timer)
  }
  return run ?? task()
}

const pollPause = 50
// Two tabs may write their note at the same moment; after this long the later one has won.
const settling = 20

// Not a true lock, but the tabs that need it are few: it is for browsers of before 2022.
async function underNote<Result>(
  { browserStore: store }: Pick<Page, 'browserStore'>,
  name: string,
  task: () => Promise<Result>,
): Promise<Result> {
  const owner = randomText(9)
  const isFree = (): boolean => {
    const until = asObject(parseJson(store.read(name) ?? ''))?.['until']
    // A note from a time to come was written under another clock.
    return typeof until !== 'number' || until < Date.now() || until > Date.now() + patience
  }
  const isOurs = (): boolean => asObject(parseJson(store.read(name) ?? ''))?.['owner'] === owner
  const take = async (): Promise<void> => {
    while (!isOurs()) {
      if (isFree()) {
        const note = { owner, until: Date.now() + patience }
        if (!store.write(name, JSON.stringify(note))) return
        await pause(settling)
      } else await pause(pollPause)
    }
  }
  await within(patience, take())
  try {
    return await task()
  } finally {
    if (isOurs()) store.remove(name)
  }
}
