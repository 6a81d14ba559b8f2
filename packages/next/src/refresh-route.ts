import {
  isPrefetch,
  type Outcome,
  type RequestView,
  toReturnPath,
  TrefoilError,
} from '@trefoil/core'
import type { BackendApp } from '@trefoil/core/backend'
import { privateHeaders } from './apply-outcome.ts'

/** The path that renews a session and comes back to a page. */
export function refreshPath(app: BackendApp, returnTo: string | undefined): string {
  const query = returnTo === undefined ? '' : `?${new URLSearchParams({ returnTo }).toString()}`
  return `${app.configure().basePath}/refresh${query}`
}

/**
 * Answers `<basePath>/refresh?returnTo=…`: a page that met an access token that has run out, where no
 * proxy renews, sends the browser here. It goes back only with a token that is good, so it cannot loop.
 * Gives `undefined` for other paths.
 */
export async function answerRefresh(
  view: RequestView,
  app: BackendApp,
): Promise<Outcome | undefined> {
  const { pathname, searchParams } = new URL(view.url)
  if (pathname !== refreshPath(app, undefined)) return undefined
  try {
    return await refreshAndReturn(view, app, toReturnPath(searchParams.get('returnTo')))
  } catch (error) {
    return app.renderError(view, error)
  }
}

async function refreshAndReturn(
  view: RequestView,
  app: BackendApp,
  returnTo = app.configure().postLoginPath,
): Promise<Outcome> {
  if (view.method !== 'GET') {
    throw new TrefoilError('method_not_allowed', { headers: { allow: 'GET' } })
  }
  // Looking ahead must change nothing.
  if (isPrefetch(view)) throw new TrefoilError('origin_refused')
  const authentication = await app.refresh(view)
  const refusal = app.guard({ ...view, url: new URL(returnTo, view.url).href }, authentication)
  if (refusal) return refusal
  try {
    authentication.getAccessToken()
  } catch (error) {
    throw authentication.error ?? error
  }
  const { cookies } = authentication
  return { status: 302, location: returnTo, headers: privateHeaders, cookies }
}
