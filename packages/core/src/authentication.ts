import type { Authentication, BackendContext } from './backend-context.ts'
import { ConfigurationError, TrefoilError } from './errors.ts'
import type { SetCookie } from './outcome.ts'
import type { AppRequest } from './request.ts'
import type { Held } from './session-keeper.ts'
import { isDue, isTouchDue, type Renewal } from './session-renewal.ts'
import { inSeconds } from './internal/clock.ts'
import { type SessionRecord, toSession } from './session.ts'

/** How a session is refreshed. */
export interface RefreshOptions {
  /** Renew even if it is not due. */
  readonly force?: boolean
  /**
   * `fresh`: have the provider compute the user's permissions, roles and flags anew first, as Kinde
   * needs after a role has changed (KINDE-PROTOCOL section 10). Needs the option `machine`.
   */
  readonly claims?: 'fresh'
}

const sessionHeaders = { 'cache-control': 'private, no-store', vary: 'Cookie' }

/** Who a request is from; reads and never writes. */
export async function readAuthentication(
  request: AppRequest,
  context: BackendContext,
): Promise<Authentication> {
  const held = await context.keeper.read(request.cookies)
  return held ? authenticated('current', held.record, [], context) : anonymous()
}

/** Who a request is from, after renewing what is due. The answer's cookies must reach the browser. */
export async function refreshAuthentication(
  request: AppRequest,
  options: RefreshOptions,
  context: BackendContext,
): Promise<Authentication> {
  const held = await context.keeper.read(request.cookies)
  if (!held) return anonymous()
  const current = (await context.renewal.successor(held.record)) ?? held.record
  const isForced = options.force === true || options.claims === 'fresh'
  if (options.claims === 'fresh') await recomputeClaims(current, context)
  if (!isForced && !isDue(current, context.config)) {
    return keepCurrent(current, held, request, context)
  }
  const renewal = await context.renewal.renew(current)
  return conclude(renewal, request, context)
}

async function keepCurrent(
  current: SessionRecord,
  { record, stale }: Held,
  request: AppRequest,
  context: BackendContext,
): Promise<Authentication> {
  const isNewer = current.generation > record.generation
  const isTouched = isTouchDue(current, context.config)
  if (!isNewer && !isTouched && !stale) return authenticated('current', current, [], context)
  const next = isTouched ? { ...current, touchedAt: inSeconds(context.config.clock) } : current
  return save(isNewer ? 'renewed' : 'current', next, request, context)
}

async function conclude(
  renewal: Renewal,
  request: AppRequest,
  context: BackendContext,
): Promise<Authentication> {
  if (renewal.state === 'renewed') return save('renewed', renewal.record, request, context)
  if (renewal.state === 'kept') {
    return { ...authenticated('kept', renewal.record, [], context), error: renewal.error }
  }
  const { keeper } = context
  const held = await keeper.read(request.cookies)
  if (held && context.config.session.store) await keeper.end(held.record)
  // Another server may have just written the newer session into this browser. Its cookie is left
  // alone until the dead one is seen again after everything under way has landed.
  const cookies = renewal.isOld || context.config.session.store ? keeper.clear(request.cookies) : []
  return { ...anonymous(), state: 'ended', cookies, error: renewal.error }
}

async function save(
  state: 'current' | 'renewed',
  record: SessionRecord,
  request: AppRequest,
  context: BackendContext,
): Promise<Authentication> {
  const { keeper } = context
  // A sign-out that came while this was under way wins.
  if (keeper.isEnded(record)) return { ...anonymous(), state: 'ended' }
  if (state === 'current') await keeper.replace(record)
  return authenticated(state, record, await keeper.cookies(record, request.cookies), context)
}

async function recomputeClaims(record: SessionRecord, { config }: BackendContext): Promise<void> {
  const { machine, issuer } = config
  if (!machine) {
    throw new ConfigurationError([
      "machine is missing: refresh({ claims: 'fresh' }) calls the management API, so give createBackendApp a createMachineApp() with the scope update:user_refresh_claims.",
    ])
  }
  const url = `${issuer}/api/v1/users/${encodeURIComponent(record.user.id)}/refresh_claims`
  const response = await machine.fetch(url, { method: 'POST', audience: `${issuer}/api` })
  await response.body?.cancel()
  if (!response.ok) {
    throw new TrefoilError('account_api_failed', {
      cause: new Error(`refresh_claims answered with status ${response.status}`),
    })
  }
}

function authenticated(
  state: 'current' | 'renewed' | 'kept',
  record: SessionRecord,
  cookies: readonly SetCookie[],
  { config }: BackendContext,
): Authentication {
  const { accessToken, accessTokenExpiresAt } = record.tokens
  return {
    session: toSession(record, config.session),
    state,
    cookies,
    headers: sessionHeaders,
    getAccessToken() {
      if (accessTokenExpiresAt > inSeconds(config.clock)) return accessToken
      throw new TrefoilError('access_token_expired')
    },
  }
}

function anonymous(): Authentication {
  return {
    session: null,
    state: 'anonymous',
    cookies: [],
    headers: sessionHeaders,
    getAccessToken() {
      throw new TrefoilError('not_authenticated')
    },
  }
}
