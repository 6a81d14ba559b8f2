import { type Session, TrefoilError } from '@trefoil/core'
import type { RefreshOptions } from '@trefoil/core/backend'
import { redirect } from '#app-router'
import { readCurrent, renewCurrent } from './authenticate.ts'
import type { CurrentRequest, PagesContext } from './current-request.ts'
import { refreshPath } from './refresh-route.ts'
import { chooseOrigin } from './request-view.ts'
import { requireSession, toRenderError } from './require-session.ts'
import type { Tenant } from './tenant.ts'

/**
 * The request of the Pages Router; or, in the App Router, where to come back to. Default: the page itself,
 * where the proxy tells its path.
 */
export type CallOptions = PagesContext | { readonly returnTo?: string }

/** Gives the access token of the current request; see `Auth.accessToken`. */
export async function readAccessToken(tenant: Tenant, request: CurrentRequest): Promise<string> {
  const { app } = tenant
  await requireSession(tenant, request, undefined)
  const authentication = await readCurrent(app, request)
  try {
    return authentication.getAccessToken()
  } catch (error) {
    if (!(error instanceof TrefoilError)) throw error
    if (request.kind === 'render' && error.code === 'access_token_expired') {
      const origin = chooseOrigin(app, request.origin)
      redirect(new URL(refreshPath(app, request.path), origin).href)
    }
    throw toRenderError(error)
  }
}

/** Calls an API for the user of the current request; see `Auth.fetch`. */
export async function fetchCurrent(
  tenant: Tenant,
  request: CurrentRequest,
  url: string | URL,
  init: RequestInit = {},
): Promise<Response> {
  const token = await readAccessToken(tenant, request)
  return tenant.app.fetch({ getAccessToken: () => token }, url, { cache: 'no-store', ...init })
}

/** Renews the session of the current request; see `Auth.refresh`. */
export async function refreshCurrent(
  { app }: Tenant,
  request: CurrentRequest,
  options: Pick<RefreshOptions, 'claims'> = {},
): Promise<Session | null> {
  if (request.kind === 'render') {
    throw new TrefoilError('configuration_invalid', {
      message:
        'auth.refresh() writes cookies, which a page cannot: call it in a server action or a route handler.',
    })
  }
  return (await renewCurrent(app, request, { force: true, ...options })).session
}
