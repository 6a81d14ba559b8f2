import type { Provider } from 'oidc-provider'
import type { IssuerContext } from './context.ts'
import type { Visit } from './interactions.ts'
import { errorPage, pageHeaders, signedOutPage } from './pages/index.ts'
import { clearCookies } from './refresh-token-cookie.ts'

/**
 * Ends the browser's session at the issuer and goes to a registered URL. It speaks Kinde's dialect
 * (`redirect`, KINDE-PROTOCOL section 1) and OpenID Connect's (`post_logout_redirect_uri` and `state`).
 *
 * The grants of applications stay, as at Kinde: each application ends its own. With `all_sessions` all
 * of the user's end, in every browser.
 */
export async function serveLogout(
  visit: Visit,
  provider: Provider,
  context: IssuerContext,
  endUser: (userId: string) => void,
): Promise<void> {
  const { message, response, request } = visit
  const query = new URL(request.url).searchParams
  const target = query.get('redirect') ?? query.get('post_logout_redirect_uri')
  if (target !== null && !isRegistered(target, context)) return refuse(visit)
  const ctx = provider.createContext(message, response)
  const session = await provider.Session.get(ctx)
  if (session.accountId !== undefined) {
    if (query.get('all_sessions') === 'true') endUser(session.accountId)
    context.organizations.delete(session.uid)
    await session.destroy()
  }
  ctx.cookies.set(provider.cookieName('session'), null, { signed: true, path: '/' })
  clearCookies(ctx.cookies, context)
  if (target === null) {
    response.writeHead(200, pageHeaders([])).end(signedOutPage({}))
    return
  }
  response.writeHead(302, { location: withState(target, query), 'cache-control': 'no-store' }).end()
}

function isRegistered(target: string, { directory }: IssuerContext): boolean {
  return directory.seed.applications.some(({ logoutUrls }) => logoutUrls.includes(target))
}

function withState(target: string, query: URLSearchParams): string {
  const state = query.get('state')
  if (query.has('redirect') || state === null) return target
  const url = new URL(target)
  url.searchParams.set('state', state)
  return url.href
}

function refuse({ response }: Visit): void {
  const message = 'The URL to go to after the sign-out is not one of an application here.'
  response.writeHead(400, pageHeaders([])).end(errorPage({ code: 'invalid_redirect', message }))
}
