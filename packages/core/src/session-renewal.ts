import { digest } from '#seal'
import type { BackendConfig } from './backend-config.ts'
import { ProviderError, TrefoilError } from './errors.ts'
import type { AuthEventType } from './events.ts'
import { createCache } from './internal/cache.ts'
import { inSeconds } from './internal/clock.ts'
import { createSingleFlight } from './internal/single-flight.ts'
import type { Provider } from './provider.ts'
import { redeemRefreshToken } from './refresh-token.ts'
import type { SessionKeeper } from './session-keeper.ts'
import type { SessionRecord } from './session.ts'

/**
 * How a renewal came out: `renewed` with the next record; `kept` because the trouble is passing;
 * `ended` because the refresh token is dead or the new tokens are another user's.
 */
export type Renewal =
  | { readonly state: 'renewed'; readonly record: SessionRecord }
  | { readonly state: 'kept'; readonly record: SessionRecord; readonly error: TrefoilError }
  | { readonly state: 'ended'; readonly error: TrefoilError; readonly isOld: boolean }

/** Renews sessions: one request a refresh token, however many ask. */
export interface SessionRenewal {
  /** Renews now, or joins the renewal that runs or has just been done. */
  renew(record: SessionRecord): Promise<Renewal>
  /** The record that came out of renewing this one in the last ten seconds, if there is one. */
  successor(record: SessionRecord): Promise<SessionRecord | undefined>
}

// Requests that left the browser before its new cookie came are answered for this long from memory.
const overlap = 10_000
// While the provider is in trouble, this long nobody waits for another attempt.
const coolDown = 2_000
const lockPolls = 60
const lockPause = 100

/** Makes a {@link SessionRenewal}. */
export function createSessionRenewal(
  config: BackendConfig,
  provider: Provider,
  keeper: SessionKeeper,
): SessionRenewal {
  const { clock } = config
  const flight = createSingleFlight<Renewal>({ clock, keepFor: overlap })
  const successors = createCache<{ record: SessionRecord; at: number }>(1000)
  const troubles = createCache<{ error: TrefoilError; at: number }>(1000)
  const dead = createCache<number>(1000)
  const redeem: Redemption = async (record) => redeemOrEnd(record, config, provider)
  const attempt = config.session.store ? redeemInStore(redeem, keeper) : redeem

  const attemptOnce = async (record: SessionRecord, key: string): Promise<Renewal> => {
    const renewal = await attempt(record)
    if (renewal.state === 'renewed') successors.set(key, { record: renewal.record, at: clock() })
    if (renewal.state === 'ended') dead.set(key, clock())
    report(renewal, record, config)
    return renewal
  }

  return {
    async renew(record) {
      const { refreshToken } = record.tokens
      if (refreshToken === undefined) return kept(record, new TrefoilError('access_token_expired'))
      const key = await digest(refreshToken)
      const trouble = troubles.get(key)
      if (trouble && clock() - trouble.at < coolDown) return kept(record, trouble.error)
      const deadSince = dead.get(key)
      if (deadSince !== undefined && clock() - deadSince >= overlap) return gone(true)
      try {
        return await flight(key, async () => attemptOnce(record, key))
      } catch (error) {
        if (!(error instanceof TrefoilError)) throw error
        const renewal = kept(record, error)
        // All who waited for it are told; the log is told once.
        if (troubles.get(key)?.error !== error) report(renewal, record, config)
        troubles.set(key, { error, at: clock() })
        return renewal
      }
    },
    async successor(record) {
      const { refreshToken } = record.tokens
      const found = refreshToken && successors.get(await digest(refreshToken))
      return found && clock() - found.at < overlap ? found.record : undefined
    },
  }
}

/** Renews a record; trouble that passes rejects. */
type Redemption = (record: SessionRecord) => Promise<Renewal>

async function redeemOrEnd(
  record: SessionRecord,
  config: BackendConfig,
  provider: Provider,
): Promise<Renewal> {
  try {
    const { refreshToken = '' } = record.tokens
    return renewed(await redeemRefreshToken(record, refreshToken, config, provider))
  } catch (error) {
    if (!(error instanceof TrefoilError) || !isFinal(error)) throw error
    return { state: 'ended', error, isOld: false }
  }
}

// With a store, the newest record is the store's: another server may have renewed meanwhile.
function redeemInStore(redeem: Redemption, keeper: SessionKeeper): Redemption {
  const redeemNewest = async (record: SessionRecord): Promise<Renewal> => {
    const current = await keeper.reread(record)
    if (!current) return gone(false)
    if (current.generation > record.generation) return renewed(current)
    const renewal = await redeem(current)
    if (renewal.state === 'renewed') await keeper.replace(renewal.record)
    if (renewal.state !== 'ended') return renewal
    // A store that cannot lock lets two servers redeem at once; the loser has not lost the session.
    const winner = await keeper.reread(record)
    return winner && winner.generation > record.generation ? renewed(winner) : renewal
  }

  return async (record) => {
    for (let poll = 0; poll < lockPolls; poll++) {
      const done = await keeper.exclusively(record, async () => redeemNewest(record))
      if (done) return done
      await new Promise((resolve) => setTimeout(resolve, lockPause))
      const current = await keeper.reread(record)
      if (current && current.generation > record.generation) return renewed(current)
    }
    throw new TrefoilError('provider_unavailable', {
      cause: new Error('another server holds the lock'),
    })
  }
}

/** Whether a record is to be renewed now. */
export function isDue(record: SessionRecord, config: BackendConfig): boolean {
  const { refreshToken, renewAt } = record.tokens
  return refreshToken !== undefined && config.clock() / 1000 >= renewAt
}

/** Whether using a record should write it anew, so that its idle time begins again. */
export function isTouchDue(record: SessionRecord, config: BackendConfig): boolean {
  return inSeconds(config.clock) - record.touchedAt >= config.session.idleTimeout / 10
}

// Only the provider's definite word on this refresh token, or tokens that are not this user's.
function isFinal(error: TrefoilError): boolean {
  const isDead = error instanceof ProviderError && error.error === 'invalid_grant'
  return isDead || error.code === 'id_token_invalid'
}

const eventTypes = {
  renewed: 'renewed',
  kept: 'renewal_failed',
  ended: 'session_ended',
} as const satisfies Record<Renewal['state'], AuthEventType>

function report(renewal: Renewal, { user }: SessionRecord, { onEvent }: BackendConfig): void {
  const error = renewal.state === 'renewed' ? undefined : renewal.error
  const type = eventTypes[renewal.state]
  onEvent({ type, subject: user.id, ...(error && { code: error.code, error }) })
}

function renewed(record: SessionRecord): Renewal {
  return { state: 'renewed', record }
}

function kept(record: SessionRecord, error: TrefoilError): Renewal {
  return { state: 'kept', record, error }
}

function gone(isOld: boolean): Renewal {
  return { state: 'ended', error: new TrefoilError('session_expired'), isOld }
}
