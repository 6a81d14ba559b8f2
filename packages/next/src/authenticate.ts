import type { Authentication, BackendApp, RefreshOptions } from '@trefoil/core/backend'
import type { RequestView } from '@trefoil/core'
import type { CurrentRequest } from './current-request.ts'
import { knownOf } from './shared-state.ts'

/** Who the current request is from; read once a request, whoever asks. */
export async function readCurrent(
  app: BackendApp,
  request: CurrentRequest,
): Promise<Authentication> {
  const known = knownOf(request.identity)
  const found = known.get(app) ?? app.read(viewCookies(request))
  known.set(app, found)
  return found
}

/**
 * Who the current request is from, with the session renewed when it is due and can be saved: in an
 * action or a route handler, but not in a render.
 */
export async function renewCurrent(
  app: BackendApp,
  request: CurrentRequest,
  options: RefreshOptions = {},
): Promise<Authentication> {
  if (request.kind === 'render') return readCurrent(app, request)
  const authentication = await app.refresh(viewCookies(request), options)
  request.write(authentication.cookies)
  // What comes later in this request, such as the render after an action, sees the new session.
  knownOf(request.identity).set(app, Promise.resolve(authentication))
  return authentication
}

// Only cookies say who somebody is.
function viewCookies({ header }: CurrentRequest): RequestView {
  return { method: 'GET', url: 'http://localhost/', header }
}
