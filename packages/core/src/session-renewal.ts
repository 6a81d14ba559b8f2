import { digest } from '#seal'
import type { BackendConfig } from './backend-config.ts'
import { ProviderError, TrefoilError } from './errors.ts'
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

  const attempt = async (
    record: SessionRecord,
    refreshToken: string,
    key: string,
  ): Promise<Renewal> => {
    try {
      const next = await redeemRefreshToken(record, refreshToken, config, provider)
      successors.set(key, { record: next, at: clock() })
      return { state: 'renewed', record: next }
    } catch (error) {
      if (!(error instanceof TrefoilError) || !isFinal(error)) throw error
      dead.set(key, clock())
      return { state: 'ended', error, isOld: false }
    }
  }

  // With a store, the newest record is the store's: another server may have renewed meanwhile.
  const attemptInStore = async (record: SessionRecord, key: string): Promise<Renewal> => {
    for (let poll = 0; poll < lockPolls; poll++) {
      const done = await keeper.exclusively(record, async () => {
        const current = await keeper.reread(record)
        if (!current) return gone(false)
        if (current.generation > record.generation) return renewed(current)
        const renewal = await attempt(current, current.tokens.refreshToken ?? '', key)
        if (renewal.state === 'renewed') await keeper.replace(renewal.record)
        return renewal
      })
      if (done) return done
      await new Promise((resolve) => setTimeout(resolve, lockPause))
      const current = await keeper.reread(record)
      if (current && current.generation > record.generation) return renewed(current)
    }
    throw new TrefoilError('provider_unavailable', {
      cause: new Error('another server holds the lock'),
    })
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
        return await flight(key, async () =>
          config.session.store ? attemptInStore(record, key) : attempt(record, refreshToken, key),
        )
      } catch (error) {
        if (!(error instanceof TrefoilError)) throw error
        troubles.set(key, { error, at: clock() })
        return kept(record, error)
      }
    },
    async successor(record) {
      const { refreshToken } = record.tokens
      const found = refreshToken && successors.get(await digest(refreshToken))
      return found && clock() - found.at < overlap ? found.record : undefined
    },
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

function renewed(record: SessionRecord): Renewal {
  return { state: 'renewed', record }
}

function kept(record: SessionRecord, error: TrefoilError): Renewal {
  return { state: 'kept', record, error }
}

function gone(isOld: boolean): Renewal {
  return { state: 'ended', error: new TrefoilError('session_expired'), isOld }
}
