import type { Authentication, BackendContext } from './backend-context.ts'
import type { Cookies } from './cookies.ts'
import { ConfigurationError, TrefoilError } from './errors.ts'
import type { SetCookie } from './outcome.ts'
import type { Held } from './session-keeper.ts'
import { isDue, isTouchDue } from './session-renewal.ts'
import type { Renewal } from './session-redemption.ts'
import { inSeconds } from './internal/clock.ts'
import { deepFreeze } from './internal/freeze.ts'
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

/** Who a request is from, which its cookies alone say; reads and never writes. */
export async function readAuthentication(
  present: Cookies,
  context: BackendContext,
): Promise<Authentication> {
  const held = await context.keeper.read(present)
  return held ? authenticated('current', held.record, [], context) : anonymous()
}

/** Who a request is from, after renewing what is due. The answer's cookies must reach the browser. */
export async function refreshAuthentication(
  present: Cookies,
  options: RefreshOptions,
  context: BackendContext,
): Promise<Authentication> {
  const { keeper, renewal, config } = context
  const held = await keeper.read(present)
  if (!held) return { ...anonymous(), cookies: await keeper.clearDamaged(present) }
  if (options.claims === 'fresh') await recomputeClaims(held.record, context)
  const current = (await renewal.successor(held.record)) ?? held.record
  const isForced = options.force === true || options.claims === 'fresh'
  if (!isForced && !isDue(current, config)) return keepCurrent(current, held, present, context)
  return conclude(await renewal.renew(current), present, context)
}

async function keepCurrent(
  current: SessionRecord,
  { record, stale }: Held,
  present: Cookies,
  context: BackendContext,
): Promise<Authentication> {
  const isNewer = current.generation > record.generation
  const isTouched = isTouchDue(current, context.config)
  if (!isNewer && !isTouched && !stale) return authenticated('current', current, [], context)
  const touchedAt = inSeconds(context.config.clock)
  const next = isTouched ? deepFreeze({ ...current, touchedAt }) : current
  if (isNewer) return deliver('renewed', next, present, context)
  const standing = await touch(next, context)
  return standing ? deliver('current', standing, present, context) : ended()
}

// Under the lock, because a renewal on another server must not be overwritten with what was before.
// While one runs there is nothing to do: it touches the session as well.
async function touch(
  record: SessionRecord,
  { keeper }: BackendContext,
): Promise<SessionRecord | undefined> {
  const done = await keeper.exclusively(record, async () => [await keeper.replace(record)])
  return done ? done[0] : record
}

async function conclude(
  renewal: Renewal,
  present: Cookies,
  context: BackendContext,
): Promise<Authentication> {
  if (renewal.state === 'renewed') return deliver('renewed', renewal.record, present, context)
  if (renewal.state === 'kept') {
    return { ...authenticated('kept', renewal.record, [], context), error: renewal.error }
  }
  // Another server, or another sign-in, may have just written a newer session into this browser. Its
  // cookie is left alone until the dead one is seen again after everything under way has landed.
  const cookies = renewal.isFinal ? context.keeper.clear(present) : []
  return { ...ended(), cookies, error: renewal.error }
}

async function deliver(
  state: 'current' | 'renewed',
  record: SessionRecord,
  present: Cookies,
  context: BackendContext,
): Promise<Authentication> {
  const { keeper } = context
  // A sign-out that came while this was under way wins.
  if (keeper.isEnded(record)) return ended()
  return authenticated(state, record, await keeper.cookies(record, present), context)
}

async function recomputeClaims(record: SessionRecord, { config }: BackendContext): Promise<void> {
  const { machine } = config
  if (!machine) {
    throw new ConfigurationError([
      "machine is missing: refresh({ claims: 'fresh' }) calls the management API, so give createBackendApp a createMachineApp() with the scope update:user_refresh_claims.",
    ])
  }
  // Behind a custom domain the management API has another issuer than the sign-in, which the machine
  // application is configured for.
  const { issuer } = machine.configure()
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

function ended(): Authentication {
  return { ...anonymous(), state: 'ended' }
}
