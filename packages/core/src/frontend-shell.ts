import { type AuthStore, createSnapshotStore, snapshotOf } from './auth-store.ts'
import { TrefoilError } from './errors.ts'
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
import { asObject } from './internal/encoding.ts'
import type { Page } from './internal/page.ts'

/**
 * What is on the page before anyone signs in: the store, and the knowledge of when more is needed. All
 * else is in the engine, which is loaded then.
 */
export function createShell(options: FrontendOptions, page: Page | undefined): FrontendApp {
  const store = createSnapshotStore()
  const { getSnapshot, getServerSnapshot, subscribe } = store
  let engine: Promise<FrontendEngine> | undefined
  let started: Promise<void> | undefined
  let isWanted = false

  const load = async (): Promise<FrontendEngine> => {
    if (!page)
      throw new TrefoilError('browser_unsupported', { message: 'There is no browser here.' })
    engine ??= loadEngine(options, page, store)
    try {
      const loaded = await engine
      listen(loaded)
      return loaded
    } catch (error) {
      // The network may be back at the next try.
      engine = undefined
      throw error
    }
  }
  const ear = page && createEar(page, options, () => void load().then((loaded) => loaded.start()))
  // What is wanted may have changed while the engine was loaded.
  const listen = (loaded: FrontendEngine): void => {
    ear?.close()
    if (isWanted) loaded.listen()
    else loaded.stop()
  }
  const act = async <Result>(
    action: (engine: FrontendEngine) => Promise<Result>,
  ): Promise<Result> => {
    try {
      return await action(await load())
    } catch (cause) {
      const error = toTrefoilError(cause)
      store.update({ error })
      throw error
    }
  }
  const begin = async (page: Page): Promise<void> => {
    if (isSilentAnswer(page, options)) return wait()
    if (looksComplete(options) && !isNeeded(page, options)) {
      store.update(snapshotOf(null))
      return undefined
    }
    try {
      await (await load()).start()
    } catch (cause) {
      store.update({ ...snapshotOf(null), error: toTrefoilError(cause) })
    }
    return undefined
  }
  const start = async (): Promise<void> => {
    if (!page) return
    isWanted = true
    if (engine) void engine.then(listen, () => undefined)
    else ear?.open()
    await (started ??= begin(page))
  }
  const actions: Pick<
    AuthStore,
    'login' | 'register' | 'logout' | 'switchOrganization' | 'createOrganization' | 'refresh'
  > = {
    login: async (request) => act((loaded) => loaded.signIn('login', request)),
    register: async (request) => act((loaded) => loaded.signIn('register', request)),
    switchOrganization: async (organization, request) =>
      act((loaded) => loaded.signIn('switch-organization', { ...request, organization })),
    createOrganization: async ({ name, ...request } = {}) =>
      act((loaded) =>
        loaded.signIn('create-organization', {
          ...request,
          ...(name !== undefined && { parameters: { org_name: name } }),
        }),
      ),
    logout: async () => act((loaded) => loaded.logout()),
    async refresh() {
      await start()
      await act((loaded) => loaded.refresh())
    },
  }

  return {
    getSnapshot,
    getServerSnapshot,
    subscribe,
    ...actions,
    start,
    handleRedirect: async (url) => act((loaded) => loaded.handleRedirect(url)),
    async getAccessToken() {
      await start()
      if (store.getSnapshot().session === null) throw new TrefoilError('not_authenticated')
      return (await load()).getAccessToken()
    },
    async fetch(url, init) {
      await start()
      return (await load()).fetch(url, init)
    },
    stop() {
      isWanted = false
      ear?.close()
      void engine?.then(listen, () => undefined)
    },
  }
}

async function loadEngine(
  options: FrontendOptions,
  page: Page,
  store: ReturnType<typeof createSnapshotStore>,
): Promise<FrontendEngine> {
  const { createFrontendEngine } = await import('./frontend-engine.ts')
  return createFrontendEngine(options, page, store)
}

// The answer to a silent sign-in: the page around this one waits for it, and nobody sees this one.
function isSilentAnswer(page: Page, options: FrontendOptions): boolean {
  const url = page.url()
  if (!page.isFramed() || !isAnswer(url, redirectPath(options, url.origin))) return false
  page.tellParent(url.href)
  return true
}

async function wait(): Promise<void> {
  await new Promise(() => undefined)
}

function isNeeded(page: Page, options: FrontendOptions): boolean {
  const url = page.url()
  const prefix = storagePrefix(options)
  return (
    isAnswer(url, redirectPath(options, url.origin)) ||
    page.tabStore.read(prefix + sessionKey) !== undefined ||
    page.browserStore.read(prefix + markerKey) !== undefined
  )
}

/** Hears of a sign-in in another tab, while there is no engine to do so. */
interface Ear {
  open(): void
  close(): void
}

function createEar(page: Page, options: FrontendOptions, onSignIn: () => void): Ear {
  const prefix = storagePrefix(options)
  let close: (() => void) | undefined
  return {
    open() {
      // Where storage is forbidden there is no marker, but a word on the channel.
      const channel = page.openChannel(prefix, (message) => {
        if (asObject(message)?.['type'] === 'session') onSignIn()
      })
      const unlisten = page.onStoreChange((key, value) => {
        if (key === prefix + markerKey && value !== null) onSignIn()
      })
      close = () => {
        unlisten()
        channel?.close()
      }
    },
    close() {
      close?.()
      close = undefined
    },
  }
}

function toTrefoilError(cause: unknown): TrefoilError {
  return cause instanceof TrefoilError ? cause : new TrefoilError('provider_unavailable', { cause })
}
