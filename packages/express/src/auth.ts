import {
  type FlagKey,
  getFlag,
  hasPermission,
  hasRole,
  type JsonValue,
  type PermissionKey,
  type RequestView,
  type RoleKey,
  type Session,
  type TrefoilError,
  type User,
  type Widen,
} from '@trefoil/core'
import type { AccountApi, Authentication, BackendApp, RefreshOptions } from '@trefoil/core/backend'
import type { Request, Response } from 'express'
import { type PrivateResponse, watchResponse } from './private-response.ts'

/**
 * Who a request is from, as `req.auth`. Whatever a handler reads of it makes the answer
 * `Cache-Control: private, no-store` with `Vary: Cookie`.
 */
export interface Auth {
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
   * Renews the session now; `{ claims: 'fresh' }` has the provider compute the rights anew. After the
   * headers are sent it does nothing, because the new cookie could not reach the browser.
   */
  refresh(options?: Pick<RefreshOptions, 'claims'>): Promise<void>
  /** Asks the provider about the user (OpenID Connect Core section 5.3). Rejects as `getAccessToken` throws. */
  userinfo(): ReturnType<BackendApp['userinfo']>
  /** For the guards of this package. */
  readonly [binding]: Binding
}

/** Ties a request to the app that serves it. */
export interface Binding {
  readonly app: BackendApp
  readonly view: RequestView
  readonly authentication: () => Authentication
}

/** The key of {@link Binding}; shared by copies of this package in one process. */
export const binding: unique symbol = Symbol.for('@trefoil/express')

declare global {
  namespace Express {
    interface Request {
      /** Who the request is from; set by `trefoil()`. */
      auth?: Auth
    }
  }
}

/**
 * Gives `req.auth`, and throws when `trefoil()` does not stand before the handler.
 *
 * @example
 * app.get('/', (req, res) => res.send(getAuth(req).user?.name ?? 'Hello'))
 */
export function getAuth(req: Request): Auth {
  if (req.auth) return req.auth
  throw new Error('req.auth is missing: put app.use(trefoil()) before the routes that need it.')
}

/** Makes `req.auth` and has the cookies of a renewal sent. */
export function createAuth(
  app: BackendApp,
  view: RequestView,
  first: Authentication,
  res: Response,
): Auth {
  const response = watchResponse(res)
  let authentication = first
  response.addCookies(first.cookies)
  const read = (): Authentication => {
    response.touch()
    return authentication
  }
  const refresh = async (options: Pick<RefreshOptions, 'claims'> = {}): Promise<void> => {
    if (res.headersSent) return
    authentication = await renew(app, view, options, response)
  }
  return new RequestAuth({ app, view, authentication: read }, refresh)
}

async function renew(
  app: BackendApp,
  view: RequestView,
  options: Pick<RefreshOptions, 'claims'>,
  response: PrivateResponse,
): Promise<Authentication> {
  response.touch()
  const authentication = await app.refresh(view, { force: true, ...options })
  response.addCookies(authentication.cookies)
  return authentication
}

// Made for every request, so its getters stand on the prototype. The functions are its own, so that
// they can be taken out: `const { can } = getAuth(req)`.
class RequestAuth implements Auth {
  readonly [binding]: Binding
  readonly refresh: Auth['refresh']
  readonly getAccessToken: Auth['getAccessToken'] = () => this.#read().getAccessToken()
  readonly userinfo: Auth['userinfo'] = async () => this[binding].app.userinfo(this.#read())
  readonly can: Auth['can'] = (permission) => hasPermission(this.session, permission)
  readonly hasRole: Auth['hasRole'] = (role) => hasRole(this.session, role)
  readonly flag: Auth['flag'] = (key, fallback) => getFlag(this.session, key, fallback)

  constructor(bound: Binding, refresh: Auth['refresh']) {
    this[binding] = bound
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
    return this[binding].app.account(this.#read())
  }

  #read(): Authentication {
    return this[binding].authentication()
  }
}
