import {
  ConfigurationError,
  type FlagKey,
  getFlag,
  hasPermission,
  hasRole,
  type JsonValue,
  type Outcome,
  type PermissionKey,
  type Requirement,
  type RequestView,
  type RoleKey,
  type Session,
  type TrefoilError,
  type User,
  type Widen,
} from '@trefoil/core'
import type { AccountApi, Authentication, BackendApp, RefreshOptions } from '@trefoil/core/backend'
import { appendCookies, type H3Event, isSent, storeCookies, tighten } from './h3'
import { isShared } from './shared-page'

/**
 * Who a request is from, as `event.context.auth`. Whatever is read of it makes the answer
 * `Cache-Control: private, no-store` with `Vary: Cookie`. On a page that is shared (prerendered, cached,
 * ISR, SWR) reading it throws `configuration_invalid`, because everybody would get one user's answer.
 */
export interface EventAuth {
  /** The session, or null when nobody is signed in. */
  readonly session: Session | null
  readonly user: User | null
  readonly isAuthenticated: boolean
  /** Whether the answer is one for everybody, so that nothing else here can be read. */
  readonly isShared: boolean
  /** What became of the session at this request: `anonymous`, `current`, `renewed`, `kept` or `ended`. */
  readonly state: Authentication['state']
  /** Why the session was kept or has ended; undefined otherwise. */
  readonly error: TrefoilError | undefined
  /** Kinde's account API for the signed-in user. */
  readonly account: AccountApi
  /** The access token, for calls to an API. Throws `not_authenticated` or `access_token_expired`. */
  getAccessToken(): string
  /** Says whether a permission is granted. */
  can(permission: PermissionKey): boolean
  /** Says whether a role is held. */
  hasRole(role: RoleKey): boolean
  /** A feature flag's value, or `fallback` when it is unknown or of another type. */
  flag<Value extends JsonValue>(key: FlagKey, fallback: Value): Widen<Value> | Value
  /**
   * Calls an API with the access token, which goes to the issuer, the origins of `audience` and
   * `apiOrigins` alone. Rejects as `getAccessToken` throws.
   */
  fetch(url: string | URL, init?: RequestInit): Promise<Response>
  /**
   * Renews the session now; `{ claims: 'fresh' }` has the provider compute the rights anew. After the
   * headers are sent it does nothing, because the new cookie could not reach the browser.
   */
  refresh(options?: Pick<RefreshOptions, 'claims'>): Promise<void>
  /** Asks the provider about the user (OpenID Connect Core section 5.3). Rejects as `getAccessToken` throws. */
  userinfo(): ReturnType<BackendApp['userinfo']>
  /**
   * The refusal of who may not go on, for a page at `url` or for the request itself; undefined for who may.
   * `requireAuth` and page meta decide by it.
   */
  refuse(requirement?: Requirement, url?: string): Outcome | undefined
}

/** Who the request of an event is from. It throws where the module's middleware did not run. */
export function authOf(event: H3Event): EventAuth {
  const auth: EventAuth | undefined = event.context.auth
  if (auth) return auth
  throw new Error(
    'event.context.auth is missing: @trefoil/nuxt has not seen this request. Is a handler before its middleware?',
  )
}

/** Makes `event.context.auth`; `first` is asked for at most once, by who reads it. */
export function createEventAuth(
  app: BackendApp,
  view: RequestView,
  event: H3Event,
  first: Authentication | undefined,
): EventAuth {
  let current = first
  const isForAll = (): boolean => current === undefined || isShared(event)
  const read = (): Authentication => {
    if (current === undefined || isForAll()) throw sharedPage(view)
    touch(event)
    return current
  }
  const renew = async (options: Pick<RefreshOptions, 'claims'> = {}): Promise<void> => {
    read()
    if (isSent(event)) return
    current = await app.refresh(view, { force: true, ...options })
    carry(event, current)
  }
  return new RequestAuth({ app, view, read, refresh: renew, isShared: isForAll })
}

/** Has the cookies of a renewal reach the browser, and whoever looks at this request next. */
export function carry(event: H3Event, { cookies }: Authentication): void {
  if (cookies.length === 0) return
  appendCookies(event, cookies)
  storeCookies(event, cookies)
  touch(event)
  const kept = event.context.trefoilCookies ?? []
  event.context.trefoilCookies = [...kept, ...cookies]
}

// At once for an answer that is sent by hand; the plugin says it again at the last moment.
function touch(event: H3Event): void {
  event.context.trefoilTouched = true
  tighten(event)
}

function sharedPage(view: RequestView): ConfigurationError {
  const path = URL.canParse(view.url) ? new URL(view.url).pathname : 'this path'
  return new ConfigurationError([
    `${path} is prerendered or cached, so everybody gets the same answer and no session can be read for it: take it out of the cached route rules, or read the session in the browser.`,
  ])
}

interface Binding {
  readonly app: BackendApp
  readonly view: RequestView
  readonly read: () => Authentication
  readonly refresh: EventAuth['refresh']
  readonly isShared: () => boolean
}

// Made for every request, so its getters stand on the prototype. The functions are its own, so that
// they can be taken out: `const { can } = event.context.auth`.
class RequestAuth implements EventAuth {
  readonly #app: BackendApp
  readonly #view: RequestView
  readonly #read: () => Authentication
  readonly #isForAll: () => boolean
  readonly refresh: EventAuth['refresh']
  readonly getAccessToken: EventAuth['getAccessToken'] = () => this.#read().getAccessToken()
  readonly userinfo: EventAuth['userinfo'] = async () => this.#app.userinfo(this.#read())
  readonly fetch: EventAuth['fetch'] = async (url, init) => this.#app.fetch(this.#read(), url, init)
  readonly can: EventAuth['can'] = (permission) => hasPermission(this.session, permission)
  readonly hasRole: EventAuth['hasRole'] = (role) => hasRole(this.session, role)
  readonly flag: EventAuth['flag'] = (key, fallback) => getFlag(this.session, key, fallback)

  constructor({ app, view, read, refresh, isShared: isForAll }: Binding) {
    this.#app = app
    this.#view = view
    this.#read = read
    this.#isForAll = isForAll
    this.refresh = refresh
  }

  get isShared(): boolean {
    return this.#isForAll()
  }

  get session(): Session | null {
    return this.#read().session
  }

  get user(): User | null {
    return this.session?.user ?? null
  }

  get isAuthenticated(): boolean {
    return this.session !== null
  }

  get state(): Authentication['state'] {
    return this.#read().state
  }

  get error(): TrefoilError | undefined {
    return this.#read().error
  }

  get account(): AccountApi {
    return this.#app.account(this.#read())
  }

  refuse(requirement?: Requirement, url?: string): Outcome | undefined {
    const { session } = this
    const view = url === undefined ? this.#view : at(this.#view, url)
    // The cookies of a renewal are on their way already.
    return this.#app.guard(view, { session }, requirement)
  }
}

function at(view: RequestView, url: string): RequestView {
  return {
    method: view.method,
    url: new URL(url, view.url).href,
    header: (name) => view.header(name),
  }
}
