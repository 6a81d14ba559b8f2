import { ConfigurationError, isPassive, type TrefoilError } from '@trefoil/core'
import { type BackendApp, type BackendOptions, createBackendApp } from '@trefoil/core/backend'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { appendCookies, applyOutcome } from './apply-outcome.ts'
import { createAuth } from './auth.ts'
import { tighten } from './private-response.ts'
import { viewExpressRequest } from './request-view.ts'

/** Options of {@link trefoil}: those of a back-end application, and two of Express. */
export interface TrefoilOptions extends BackendOptions {
  /** An app made before, instead of one made from options; only `onError` may stand beside it. */
  app?: BackendApp
  /** Renders what goes wrong on our own routes. Default: the core's accessible page, or JSON. */
  onError?: (error: TrefoilError, req: Request, res: Response, next: NextFunction) => void
}

/**
 * Mounts the routes under `/auth`, sets `req.auth`, and renews the session when it is due.
 *
 * Throws {@link ConfigurationError} at once, naming every problem, or the options that an `app` given
 * beside them would leave without effect. While a request is served, trouble
 * with the session store goes to `next` with status 503. On a sub-router `basePath` must be the whole
 * path, such as `/app/auth`.
 *
 * @example
 * app.use(trefoil())
 * app.get('/', (req, res) => res.send(getAuth(req).user?.name ?? 'Hello'))
 */
export function trefoil(options: TrefoilOptions = {}): RequestHandler {
  const { app: given, onError, ...backend } = options
  if (given) assertNoOptions(backend)
  const app = given ?? createBackendApp(backend)
  app.configure()
  return async (req, res, next) => {
    let goesOn = false
    // Express 4 does not wait for promises, so every failure is handed over here.
    try {
      goesOn = await serve(app, onError, req, res, next)
    } catch (error) {
      next(error)
    }
    if (goesOn) next()
  }
}

function assertNoOptions(options: BackendOptions): void {
  const names = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : name,
  )
  if (names.length === 0) return
  throw new ConfigurationError(
    names.map((name) => `${name}: it has no effect beside app; give it to createBackendApp.`),
  )
}

async function serve(
  app: BackendApp,
  onError: TrefoilOptions['onError'],
  req: Request,
  res: Response,
  next: NextFunction,
): Promise<boolean> {
  const view = viewExpressRequest(req)
  const outcome = await app.handle(view)
  if (!outcome) {
    const authentication = isPassive(view) ? await app.read(view) : await app.refresh(view)
    req.auth = createAuth(app, view, authentication, res)
    return true
  }
  if (!outcome.error || !onError) {
    applyOutcome(res, outcome)
    return false
  }
  tighten(res)
  appendCookies(res, outcome.cookies)
  onError(outcome.error, req, res, next)
  return false
}
