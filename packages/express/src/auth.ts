import type { RequestView } from '@trefoil/core'
import {
  type Authentication,
  type BackendApp,
  createRequestAuth,
  type RefreshOptions,
  type RequestAuth,
} from '@trefoil/core/backend'
import type { Request, Response } from 'express'
import { type PrivateResponse, watchResponse } from './private-response.ts'

/**
 * Who a request is from, as `req.auth`. Whatever a handler reads of it makes the answer
 * `Cache-Control: private, no-store` with `Vary: Cookie`.
 */
export interface Auth extends RequestAuth {
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
  const bound: Binding = { app, view, authentication: read }
  return Object.assign(createRequestAuth({ app, read, refresh }), { [binding]: bound } as const)
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
