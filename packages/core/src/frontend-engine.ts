import type { AuthActions, PortalVisit, SnapshotStore } from './auth-store.ts'
import { frontendTexts } from './error-texts-frontend.ts'
import { sessionTexts } from './error-texts-session.ts'
import { addErrorTexts, asTrefoilError, TrefoilError } from './errors.ts'
import type { FrontendApp } from './frontend-app.ts'
import { type FrontendConfig, type FrontendOptions, readFrontendConfig } from './frontend-config.ts'
import type { FrontendContext } from './frontend-context.ts'
import { fetchWithToken, type TokenSource } from './frontend-fetch.ts'
import { isAnswer, storagePrefix } from './frontend-options.ts'
import { createFrontendRenewal } from './frontend-renewal.ts'
import { createFrontendSession, type FrontendSession } from './frontend-session.ts'
import { createSignIn, type SignIn } from './frontend-sign-in.ts'
import { watchIdleness } from './idle-timeout.ts'
import { openPage, type Page } from './internal/page.ts'
import { endProviderSession } from './logout.ts'
import { requestPortalLink } from './portal-link.ts'
import { createProvider } from './provider.ts'
import { isInCookie, withTokenCookie } from './refresh-token-cookie.ts'
import { toReturnPath } from './return-path.ts'

/** What a front-end app does once there is something to do. */
export interface FrontendEngine
  extends AuthActions, Pick<FrontendApp, 'start' | 'handleRedirect' | 'getAccessToken' | 'fetch'> {
  /** Listens to the browser and to other tabs; once, however often it is called. */
  listen(): void
  stop(): void
}

/** Makes the {@link FrontendEngine} of this window. Throws {@link ConfigurationError}. */
export function createBrowserEngine(
  options: FrontendOptions,
  store: SnapshotStore,
): FrontendEngine {
  return createFrontendEngine(options, openPage(), store)
}

/** Makes a {@link FrontendEngine}. Throws {@link ConfigurationError}. */
export function createFrontendEngine(
  options: FrontendOptions,
  page: Page,
  store: SnapshotStore,
): FrontendEngine {
  addErrorTexts({ ...sessionTexts, ...frontendTexts })
  const context = createContext(options, page, store)
  const session = createFrontendSession(context)
  const signIn = createSignIn(session, context)
  const renewal = createFrontendRenewal(session, async () => signIn.silently(), context)
  const { tokens } = renewal
  let restored: Promise<void> | undefined
  const restore = async (): Promise<void> => (restored ??= renewal.restore())
  const handleRedirect = createRedirectHandler(session, signIn, restore, context)
  let begun: Promise<void> | undefined
  const begin = async (): Promise<void> => {
    if (isSilentAnswer(context)) await endlessly()
    await handleRedirect().catch(() => undefined)
    if (!session.record()) await restore()
  }
  const start = async (): Promise<void> => (begun ??= begin())
  const logout = createLogout(session, signIn, context)
  const listening = createListening(() => [
    session.listen(),
    renewal.listen(),
    watchIdleness(session, logout, context),
  ])
  // Before the app is started, who is signed in may be known to another tab alone.
  const startAndListen = async (): Promise<void> => {
    listening.listen()
    await start()
  }

  return {
    start,
    ...listening,
    ...createSignInActions(signIn),
    handleRedirect,
    logout,
    openPortal: async (visit) =>
      startAndListen().then(async () => openPortal(visit, tokens, context)),
    refresh: async () => startAndListen().then(async () => renewal.renew()),
    getAccessToken: async () => tokens.get(),
    fetch: async (url, init = {}) => fetchWithToken(url, init, tokens, context),
  }
}

type SignInActions = Pick<
  AuthActions,
  'login' | 'register' | 'switchOrganization' | 'createOrganization'
>

function createSignInActions(signIn: SignIn): SignInActions {
  return {
    login: async (request) => signIn.begin('login', request),
    register: async (request) => signIn.begin('register', request),
    switchOrganization: async (organization, request) =>
      signIn.begin('switch-organization', { ...request, organization }),
    createOrganization: async ({ name, ...request } = {}) => {
      const parameters = { ...(name !== undefined && { org_name: name }) }
      return signIn.begin('create-organization', { ...request, parameters })
    },
  }
}

function createLogout(
  session: FrontendSession,
  signIn: SignIn,
  { config, provider, page }: FrontendContext,
): FrontendEngine['logout'] {
  return async () => {
    const record = session.end(null)
    signIn.forget()
    page.assign(await endProviderSession(record, config.postLogoutRedirectUrl, config, provider))
  }
}

// The answer to a silent sign-in: the page around this one waits for it, and nobody sees this one.
function isSilentAnswer({ page, config }: FrontendContext): boolean {
  const url = page.url()
  if (!page.isFramed() || !isAnswer(url, config.callbackPath)) return false
  page.tellParent(url.href)
  return true
}

async function endlessly(): Promise<void> {
  await new Promise(() => undefined)
}

function createContext(
  options: FrontendOptions,
  page: Page,
  store: SnapshotStore,
): FrontendContext {
  const config = onServerTime(readFrontendConfig(options, page.url().origin))
  const fetch = isInCookie(config) ? withTokenCookie(config) : config.fetch
  const provider = createProvider({ ...config, fetch })
  return { config, provider, page, prefix: storagePrefix(config), store, options }
}

async function openPortal(
  { page, returnTo }: PortalVisit = {},
  tokens: TokenSource,
  context: FrontendContext,
): Promise<void> {
  const { config, provider, store } = context
  store.update({ error: null })
  const returnUrl = `${config.origin}${toReturnPath(returnTo) ?? config.postLoginPath}`
  const visit = { returnUrl, ...(page !== undefined && { page }) }
  const link = await requestPortalLink(visit, await tokens.get(), provider)
  context.page.assign(link.href)
}

function createListening(begin: () => (() => void)[]): Pick<FrontendEngine, 'listen' | 'stop'> {
  let stops: (() => void)[] = []
  return {
    listen() {
      if (stops.length === 0) stops = begin()
    },
    stop() {
      for (const stop of stops) stop()
      stops = []
    },
  }
}

function createRedirectHandler(
  session: FrontendSession,
  signIn: SignIn,
  restore: () => Promise<void>,
  { config, options, page, store }: FrontendContext,
): FrontendEngine['handleRedirect'] {
  const show = options.onReturn ?? ((path) => page.replaceUrl(path))
  return async (url) => {
    try {
      const path = await signIn.handle(url)
      if (path !== undefined) show(path)
      return path
    } catch (error) {
      // An answer may be anybody's, so whoever is signed in stays so.
      if (!session.record()) await restore()
      if (!isRepeated(error) || !session.record()) {
        store.update({ error: asTrefoilError(error) })
        throw error
      }
      show(config.postLoginPath)
      return config.postLoginPath
    }
  }
}

// The back button and a reload lead to an answer again after its attempt was used.
function isRepeated(error: unknown): boolean {
  return error instanceof TrefoilError && error.code === 'transaction_missing'
}

/**
 * The configuration on the time of the authorization server, where it tells: the clock of a user's
 * device may be wrong by minutes. Only the answers to what was posted are asked; others may be cached.
 */
function onServerTime(config: FrontendConfig): FrontendConfig {
  let ahead = 0
  return {
    ...config,
    clock: () => config.clock() + ahead,
    async fetch(url, init) {
      const response = await config.fetch(url, init)
      const date = Date.parse(response.headers.get('date') ?? '')
      // A second is how exact the header is.
      const difference = date - config.clock()
      if (init?.method === 'POST' && Math.abs(difference) > 1_000) ahead = difference
      return response
    },
  }
}
