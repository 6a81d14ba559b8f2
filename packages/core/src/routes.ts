import { createAccountApi } from './account-api.ts'
import { refreshAuthentication } from './authentication.ts'
import {
  buildAuthorizationUrl,
  type LoginRequest,
  readParameters,
  startTransaction,
} from './authorization-request.ts'
import type { RouteName } from './route-names.ts'
import { handleBackchannelLogout } from './backchannel-logout.ts'
import type { BackendContext } from './backend-context.ts'
import { handleCallback } from './callback.ts'
import { TrefoilError } from './errors.ts'
import { endProviderSession, findProviderLogout } from './logout.ts'
import type { LoginIntent } from './login-transaction.ts'
import type { Outcome, SetCookie } from './outcome.ts'
import { redirect, renderConfirmation, renderJson } from './pages.ts'
import type { PortalPage } from './portal-link.ts'
import {
  type AppRequest,
  isCrossSite,
  isNavigation,
  isPrefetch,
  isSameOrigin,
  readReturnPath,
} from './request.ts'

/** What an answer must carry whatever comes of the request, an error included. */
export interface Owed {
  readonly cookies: SetCookie[]
  /** Where a login should end that the person starts anew. */
  returnTo?: string
}

/** Answers a request to one of our routes. */
type Route = (request: AppRequest, context: BackendContext, owed: Owed) => Promise<Outcome>

interface RouteEntry {
  readonly methods: readonly string[]
  readonly answer: Route
}

const routes: Readonly<Record<RouteName, RouteEntry>> = {
  login: {
    methods: ['GET'],
    answer: async (request, context) => handleLogin('login', request, context),
  },
  register: {
    methods: ['GET'],
    answer: async (request, context) => handleLogin('register', request, context),
  },
  callback: { methods: ['GET'], answer: handleCallback },
  logout: { methods: ['POST', 'GET'], answer: handleLogout },
  session: { methods: ['GET'], answer: handleSession },
  'switch-organization': { methods: ['GET', 'POST'], answer: handleSwitchOrganization },
  'create-organization': { methods: ['GET', 'POST'], answer: handleCreateOrganization },
  portal: { methods: ['GET'], answer: handlePortal },
  'backchannel-logout': { methods: ['POST'], answer: handleBackchannelLogout },
}

/**
 * Answers a request to one of our routes; throws {@link TrefoilError} for what cannot be answered.
 * What must reach the browser whatever the answer is goes into `owed`.
 */
export async function answerRoute(
  name: RouteName,
  request: AppRequest,
  context: BackendContext,
  owed: Owed,
): Promise<Outcome> {
  const { methods, answer } = routes[name]
  if (!methods.includes(request.view.method)) {
    throw new TrefoilError('method_not_allowed', { headers: { allow: methods.join(', ') } })
  }
  // Looking ahead must change nothing.
  if (isPrefetch(request.view)) throw new TrefoilError('origin_refused', { message: prefetched })
  return answer(request, context, owed)
}

/** The path that begins a login and comes back to `returnTo`. */
export function loginPath(basePath: string, returnTo?: string): string {
  const query = returnTo === undefined ? '' : `?${new URLSearchParams({ returnTo }).toString()}`
  return `${basePath}/login${query}`
}

// It travels in a cookie, and several attempts must fit beside a session.
const longestReturnPath = 1024
const prefetched = 'A prefetch starts no login and ends no session.'

async function handleLogin(
  intent: LoginIntent,
  request: AppRequest,
  context: BackendContext,
): Promise<Outcome> {
  if (!isNavigation(request.view)) throw new TrefoilError('navigation_required')
  const { preset, issuer } = context.config
  // Whoever sends a browser here may name our issuer and no other (OpenID Connect Core section 4).
  if ((request.query.get('iss') ?? issuer) !== issuer) throw new TrefoilError('request_invalid')
  return startLogin(intent, readParameters(request.query, preset.parameters), request, context)
}

async function handleSwitchOrganization(
  request: AppRequest,
  context: BackendContext,
): Promise<Outcome> {
  if (!mayAct(request, context)) throw new TrefoilError('origin_refused')
  if (!isNavigation(request.view)) throw new TrefoilError('navigation_required')
  const parameters = readParameters(request.query, ['org_code'])
  if (parameters['org_code'] === undefined) {
    throw new TrefoilError('request_invalid', { message: 'The parameter org_code is missing.' })
  }
  return startLogin('switch-organization', parameters, request, context)
}

async function handleCreateOrganization(
  request: AppRequest,
  context: BackendContext,
): Promise<Outcome> {
  if (!mayAct(request, context)) throw new TrefoilError('origin_refused')
  if (!isNavigation(request.view)) throw new TrefoilError('navigation_required')
  const parameters = readParameters(request.query, [
    'org_name',
    'plan_interest',
    'pricing_table_key',
  ])
  return startLogin('create-organization', parameters, request, context)
}

async function startLogin(
  intent: LoginIntent,
  parameters: Readonly<Record<string, string>>,
  request: AppRequest,
  { config, provider, transactions, counter }: BackendContext,
): Promise<Outcome> {
  await counter.assertNoLoop(request.cookies)
  const { origin } = request
  const asked = readReturnPath(request.query.get('returnTo'), config) ?? config.postLoginPath
  const returnTo = asked.length > longestReturnPath ? config.postLoginPath : asked
  const login: LoginRequest = { intent, origin, returnTo, parameters }
  const transaction = startTransaction(login, config)
  const url = await buildAuthorizationUrl(transaction, login, config, provider)
  const cookies = await transactions.keep(transaction, request.cookies)
  config.onEvent({ type: 'login_started' })
  return { ...redirect(request.view, url.href), cookies }
}

async function handleSession(request: AppRequest, context: BackendContext): Promise<Outcome> {
  if (isCrossSite(request.view)) throw new TrefoilError('origin_refused')
  const { session, cookies } = await refreshAuthentication(request.cookies, {}, context)
  return { ...renderJson({ session }), cookies }
}

async function handleLogout(request: AppRequest, context: BackendContext): Promise<Outcome> {
  const { config, provider, keeper, renewal, counter } = context
  if (!mayAct(request, context)) return confirmLogout(request, context)
  const returnTo = config.postLogoutRedirectUrl ?? request.origin
  // A store that is down keeps nobody signed in.
  const found = await keeper.read(request.cookies).then(
    (held) => held?.record,
    async () => keeper.endUnread(request.cookies),
  )
  const record = found && ((await renewal.successor(found)) ?? found)
  if (record && !keeper.isEnded(record)) await keeper.end(record)
  if (record) config.onEvent({ type: 'signed_out', subject: record.user.id })
  const cookies: SetCookie[] = [...keeper.clear(request.cookies), ...counter.clear(request.cookies)]
  const location = await endProviderSession(record, returnTo, config, provider)
  const outcome = redirect(request.view, location)
  return { ...outcome, cookies, headers: { ...outcome.headers, 'clear-site-data': '"cache"' } }
}

// A link in a mail may ask to sign out, but only a person may say yes.
async function confirmLogout(request: AppRequest, context: BackendContext): Promise<Outcome> {
  const { config, provider, keeper } = context
  if (request.view.method !== 'GET' || !isNavigation(request.view)) {
    throw new TrefoilError('origin_refused')
  }
  const returnTo = config.postLogoutRedirectUrl ?? request.origin
  const isSignedOut = await keeper.read(request.cookies).then(
    (held) => held === undefined,
    // With the store down nobody knows.
    () => false,
  )
  if (isSignedOut) return redirect(request.view, returnTo)
  const targets = [config.issuer, await findProviderLogout(provider), returnTo]
  return renderConfirmation({
    title: 'Sign out?',
    message: 'You are about to sign out of this site.',
    button: 'Sign out',
    action: `${config.basePath}/logout`,
    home: config.postLoginPath,
    formTargets: [...new Set(targets.map((target) => new URL(target).origin))],
  })
}

async function handlePortal(
  request: AppRequest,
  context: BackendContext,
  owed: Owed,
): Promise<Outcome> {
  if (!isNavigation(request.view)) throw new TrefoilError('navigation_required')
  const { config, provider } = context
  const authentication = await refreshAuthentication(request.cookies, {}, context)
  owed.cookies.push(...authentication.cookies)
  const here = `${request.path}?${request.query.toString()}`
  if (!authentication.session) return redirect(request.view, loginPath(config.basePath, here))
  const account = createAccountApi(provider, () => authentication.getAccessToken())
  const page = portalPages.find((name) => name === request.query.get('subnav'))
  const returnTo = readReturnPath(request.query.get('returnTo'), config) ?? config.postLoginPath
  const url = await account.portalLink({
    returnUrl: `${request.origin}${returnTo}`,
    ...(page !== undefined && { page }),
  })
  return redirect(request.view, url.href)
}

const portalPages: readonly PortalPage[] = [
  'profile',
  'organization_details',
  'organization_members',
  'organization_payment_details',
  'organization_plan_details',
  'organization_plan_selection',
  'payment_details',
  'plan_details',
  'plan_selection',
]

// A POST from a page of this site, or a click on a link of this site that goes to the page.
function mayAct(request: AppRequest, { config }: BackendContext): boolean {
  if (!isSameOrigin(request, config)) return false
  return request.view.method === 'POST' || isNavigation(request.view)
}
