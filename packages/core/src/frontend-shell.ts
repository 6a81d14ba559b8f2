import { createActions, createSnapshotStore, snapshotOf, type SnapshotStore } from './auth-store.ts'
import { asTrefoilError, TrefoilError } from './errors.ts'
import type { FrontendApp } from './frontend-app.ts'
import type { FrontendOptions } from './frontend-config.ts'
import type { FrontendEngine } from './frontend-engine.ts'
import {
  isAnswer,
  looksComplete,
  markerKey,
  redirectPath,
  sessionKey,
  storagePrefix,
} from './frontend-options.ts'
import type { Channel, PagePeek } from './internal/page-peek.ts'

/** Loads what there is to do, once there is something to do. */
export type EngineLoader = (
  options: FrontendOptions,
  store: SnapshotStore,
) => Promise<FrontendEngine>

/**
 * What is on the page before anyone signs in: the store, and the knowledge of when more is needed. All
 * else is in the engine, which is loaded then.
 */
export function createShell(
  options: FrontendOptions,
  page: PagePeek | undefined,
  loadEngine: EngineLoader,
): FrontendApp {
  const store = createSnapshotStore()
  const { getSnapshot, getServerSnapshot, subscribe } = store
  const loader = createLoader(options, page, async () => loadEngine(options, store))
  let started: Promise<void> | undefined

  // What goes wrong is in the snapshot as well.
  const act = async <Result>(
    action: (engine: FrontendEngine) => Promise<Result>,
  ): Promise<Result> => {
    try {
      return await action(await loader.load())
    } catch (cause) {
      const error = asTrefoilError(cause)
      store.update({ error })
      throw error
    }
  }
  const start = async (): Promise<void> => {
    if (!page) return
    loader.listen(true)
    await (started ??= begin(options, page, store, loader))
  }
  // Who asks for a token on every page should not load the protocol on every page.
  const loadForUser = async (): Promise<FrontendEngine> => {
    await start()
    if (getSnapshot().session === null) throw new TrefoilError('not_authenticated')
    return loader.load()
  }

  return {
    getSnapshot,
    getServerSnapshot,
    subscribe,
    ...createActions(act),
    start,
    handleRedirect: async (url) => act(async (engine) => engine.handleRedirect(url)),
    getAccessToken: async () => (await loadForUser()).getAccessToken(),
    fetch: async (url, init) => (await loadForUser()).fetch(url, init),
    stop: () => loader.listen(false),
  }
}

async function begin(
  options: FrontendOptions,
  page: PagePeek,
  store: SnapshotStore,
  loader: Loader,
): Promise<void> {
  if (looksComplete(options) && !isNeeded(page, options)) {
    store.update(snapshotOf(null))
    return
  }
  try {
    await (await loader.load()).start()
  } catch (cause) {
    store.update({ ...snapshotOf(null), error: asTrefoilError(cause) })
  }
}

/** Loads the engine, once, and lets it listen to other tabs while that is wanted. */
interface Loader {
  load(): Promise<FrontendEngine>
  listen(isWanted: boolean): void
}

function createLoader(
  options: FrontendOptions,
  page: PagePeek | undefined,
  loadEngine: () => Promise<FrontendEngine>,
): Loader {
  let engine: Promise<FrontendEngine> | undefined
  let isWanted = false
  const load = async (): Promise<FrontendEngine> => {
    if (!page)
      throw new TrefoilError('browser_unsupported', { message: 'There is no browser here.' })
    engine ??= loadEngine()
    try {
      const loaded = await engine
      attend(loaded)
      return loaded
    } catch (error) {
      // The network may be back at the next try.
      engine = undefined
      throw asTrefoilError(error)
    }
  }
  let channel: Channel | undefined
  const wake = (): void =>
    void load()
      .then(async (loaded) => loaded.start())
      .catch(ignore)
  // A sign-in in another tab is heard also while there is no engine.
  const hear = (wanted: boolean): void => {
    channel?.close()
    channel = wanted ? page?.openChannel(storagePrefix(options), onSession(wake)) : undefined
  }
  // What is wanted may have changed while the engine was loaded.
  const attend = (loaded: FrontendEngine): void => {
    hear(false)
    if (isWanted) loaded.listen()
    else loaded.stop()
  }
  return {
    load,
    listen(wanted) {
      isWanted = wanted
      if (engine) void engine.then(attend, ignore)
      else hear(wanted)
    },
  }
}

function onSession(listener: () => void): (message: unknown) => void {
  return (message) => {
    if (Reflect.get(Object(message), 'type') === 'session') listener()
  }
}

function ignore(): void {
  // Nobody asked for it here, so nobody is told; whoever comes next tries again.
}

function isNeeded(page: PagePeek, options: FrontendOptions): boolean {
  const url = page.url()
  const prefix = storagePrefix(options)
  return (
    isAnswer(url, redirectPath(options, url.origin)) ||
    [sessionKey, markerKey].some((key) => page.isStored(prefix + key))
  )
}
