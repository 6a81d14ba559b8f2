import {
  type AuthStore,
  createSnapshotStore,
  type LoginRequest,
  type OrganizationRequest,
  snapshotOf,
} from './auth-store.ts'
import { sessionTexts } from './error-texts-session.ts'
import { addErrorTexts, asTrefoilError, type TrefoilError } from './errors.ts'
import { asObject } from './internal/encoding.ts'
import type { Session } from './session.ts'

/** Options of {@link createServerSessionStore}. */
export interface ServerSessionOptions {
  /** The session that the server rendered with; null when nobody is signed in. Default: it is asked for. */
  session?: Session | null | undefined
  /** Where the server's routes stand. Default: `/auth`. */
  basePath?: string
  /** The `fetch` for the session. */
  fetch?: typeof fetch
}

/**
 * Makes the client half of a session that a server holds (Express, Next, Nuxt). Without a session it
 * asks `<basePath>/session` once, at the first subscription. Signing in and out are navigations to the
 * server's routes; a logout is a POST, as those routes want it.
 *
 * @example
 * const store = createServerSessionStore({ session })
 */
export function createServerSessionStore(options: ServerSessionOptions = {}): AuthStore {
  addErrorTexts(sessionTexts)
  const { session, basePath = '/auth', fetch: send = (url, init) => fetch(url, init) } = options
  const store = createSnapshotStore(session === undefined ? undefined : snapshotOf(session))
  let latest = 0
  let isAsked = session !== undefined

  const refresh = async (): Promise<void> => {
    const turn = ++latest
    isAsked = true
    try {
      const found = await fetchSession(`${basePath}/session`, send)
      // The answer to an older question may come later.
      if (turn === latest) store.update(snapshotOf(found))
    } catch (error) {
      const problem = asTrefoilError(error)
      if (turn === latest) keep(problem)
      throw problem
    }
  }
  const keep = (error: TrefoilError): void => {
    const { session: current } = store.getSnapshot()
    store.update({ ...snapshotOf(current), error, isStale: current !== null })
  }

  return {
    getSnapshot: () => store.getSnapshot(),
    getServerSnapshot: () => store.getServerSnapshot(),
    subscribe(listener) {
      if (!isAsked) void refresh().catch(() => undefined)
      return store.subscribe(listener)
    },
    login: async (request) => go(`${basePath}/login`, toQuery(request)),
    register: async (request) => go(`${basePath}/register`, toQuery(request)),
    switchOrganization: async (code, { returnTo = here() } = {}) =>
      go(`${basePath}/switch-organization`, { org_code: code, returnTo }),
    createOrganization: async ({ name, returnTo = here() }: OrganizationRequest = {}) =>
      go(`${basePath}/create-organization`, { ...(name && { org_name: name }), returnTo }),
    openPortal: async ({ page, returnTo } = {}) =>
      go(`${basePath}/portal`, { ...(page && { subnav: page }), ...(returnTo && { returnTo }) }),
    logout: async () => post(`${basePath}/logout`),
    refresh,
  }
}

async function fetchSession(url: string, send: typeof fetch): Promise<Session | null> {
  const response = await send(url, {
    headers: { accept: 'application/json' },
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
  })
  const body = asObject(await response.json())
  const session = body?.['session']
  if (!response.ok || session === undefined) throw new Error(`status ${response.status}`)
  return isSession(session) ? session : null
}

// Our own server made it; this only tells a session from null and from another program's JSON.
function isSession(value: unknown): value is Session {
  const session = asObject(value)
  return (
    typeof asObject(session?.['user'])?.['id'] === 'string' &&
    Array.isArray(session?.['permissions']) &&
    asObject(session['flags']) !== undefined
  )
}

function toQuery(request: LoginRequest = {}): Record<string, string> {
  const { returnTo = here(), organization, loginHint, parameters } = request
  return {
    ...parameters,
    ...(organization && { org_code: organization }),
    ...(loginHint && { login_hint: loginHint }),
    returnTo,
  }
}

function here(): string {
  return `${location.pathname}${location.search}${location.hash}`
}

function go(path: string, query: Readonly<Record<string, string>>): void {
  const search = new URLSearchParams(query).toString()
  location.assign(search === '' ? path : `${path}?${search}`)
}

// A form, because its answer leads through the provider, which a fetch could not follow.
function post(action: string): void {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = action
  form.hidden = true
  document.body.append(form)
  form.submit()
}
