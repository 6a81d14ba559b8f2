import type { AccountApi } from './account-api.ts'
import type { RefreshOptions } from './authentication.ts'
import type { BackendApp } from './backend-app.ts'
import type { Authentication } from './backend-context.ts'
import {
  type FlagKey,
  getFlag,
  hasPermission,
  hasRole,
  type JsonValue,
  type PermissionKey,
  type RoleKey,
  type Widen,
} from './decision.ts'
import type { TrefoilError } from './errors.ts'
import type { Session, User } from './session.ts'

/** Who a request is from, as adapters put it on their requests. */
export interface RequestAuth {
  /** The session, or null when nobody is signed in. */
  readonly session: Session | null
  readonly user: User | null
  readonly isAuthenticated: boolean
  /**
   * What became of the session at this request: there is none (`anonymous`), it is as it was
   * (`current`), `renewed`, `kept` although a renewal failed in passing, or `ended` by the provider.
   */
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
}

/** What an adapter ties a {@link RequestAuth} to. */
export interface RequestBinding {
  readonly app: Pick<BackendApp, 'account' | 'fetch' | 'userinfo'>
  /** Gives what is known now; called whenever anything is read. */
  readonly read: () => Authentication
  readonly refresh: RequestAuth['refresh']
}

/**
 * Makes a {@link RequestAuth}, for adapters. What an adapter has beside it is assigned to the result.
 *
 * @example
 * req.auth = createRequestAuth({ app, read: () => authentication, refresh })
 */
export function createRequestAuth(binding: RequestBinding): RequestAuth {
  return new BoundAuth(binding)
}

// Made for every request, so its getters stand on the prototype. The functions are its own, so that
// they can be taken out: `const { can } = auth`.
class BoundAuth implements RequestAuth {
  readonly #app: RequestBinding['app']
  readonly #read: () => Authentication
  readonly refresh: RequestAuth['refresh']
  readonly getAccessToken: RequestAuth['getAccessToken'] = () => this.#read().getAccessToken()
  readonly userinfo: RequestAuth['userinfo'] = async () => this.#app.userinfo(this.#read())
  readonly fetch: RequestAuth['fetch'] = async (url, init) =>
    this.#app.fetch(this.#read(), url, init)
  readonly can: RequestAuth['can'] = (permission) => hasPermission(this.session, permission)
  readonly hasRole: RequestAuth['hasRole'] = (role) => hasRole(this.session, role)
  readonly flag: RequestAuth['flag'] = (key, fallback) => getFlag(this.session, key, fallback)

  constructor({ app, read, refresh }: RequestBinding) {
    this.#app = app
    this.#read = read
    this.refresh = refresh
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
}
