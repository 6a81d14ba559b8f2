import type { BackendConfig } from './backend-config.ts'
import { TrefoilError } from './errors.ts'
import type { AuthEventType } from './events.ts'
import { createCache } from './internal/cache.ts'
import { type Clock, inSeconds } from './internal/clock.ts'
import { createSingleFlight } from './internal/single-flight.ts'
import type { Provider } from './provider.ts'
import type { SessionKeeper } from './session-keeper.ts'
import { createRedemption, gone, type Renewal } from './session-redemption.ts'
import type { SessionRecord } from './session.ts'

/** Renews sessions: one request a refresh token, however many ask. */
export interface SessionRenewal {
  /** Renews now, or joins the renewal that runs or has just been done. */
  renew(record: SessionRecord): Promise<Renewal>
  /** The newest record that came out of renewing this one in the last ten seconds, if there is one. */
  successor(record: SessionRecord): Promise<SessionRecord | undefined>
}

// Requests that left the browser before its new cookie came are answered for this long from memory.
const overlap = 10_000
// While the provider is in trouble, this long nobody waits for another attempt.
const coolDown = 2_000

/** Makes a {@link SessionRenewal}. */
export function createSessionRenewal(
  config: BackendConfig,
  provider: Provider,
  keeper: SessionKeeper,
): SessionRenewal {
  const { clock } = config
  const flight = createSingleFlight<Renewal>({ clock, keepFor: overlap })
  const successors = createSuccessors(clock)
  const troubles = createCache<{ error: TrefoilError; at: number }>(1000)
  const dead = createCache<number>(1000)
  const redeem = createRedemption(config, provider, keeper)

  const redeemOnce = async (record: SessionRecord, key: string): Promise<Renewal> => {
    const renewal = await redeem(record)
    if (renewal.state === 'renewed') successors.set(key, renewal.record)
    if (renewal.state === 'ended') dead.set(key, clock())
    report(renewal, record, config)
    return renewal
  }

  return {
    successor: async (record) => successors.newest(record),
    async renew(record) {
      if (record.tokens.refreshToken === undefined) {
        return kept(record, new TrefoilError('access_token_expired'))
      }
      const key = keyOf(record)
      const trouble = troubles.get(key)
      if (trouble && clock() - trouble.at < coolDown) return kept(record, trouble.error)
      const deadSince = dead.get(key)
      if (deadSince !== undefined && clock() - deadSince >= overlap) return gone(true)
      try {
        return await flight(key, async () => redeemOnce(record, key))
      } catch (error) {
        if (!(error instanceof TrefoilError)) throw error
        const renewal = kept(record, error)
        // All who waited for it are told; the log is told once.
        if (troubles.get(key)?.error !== error) report(renewal, record, config)
        troubles.set(key, { error, at: clock() })
        return renewal
      }
    },
  }
}

/** What came out of renewals lately. */
interface Successors {
  set(key: string, record: SessionRecord): void
  newest(record: SessionRecord): SessionRecord | undefined
}

function createSuccessors(clock: Clock): Successors {
  const entries = createCache<{ record: SessionRecord; at: number }>(1000)
  const next = (record: SessionRecord): SessionRecord | undefined => {
    const found = entries.get(keyOf(record))
    return found && clock() - found.at < overlap ? found.record : undefined
  }
  const newest = (record: SessionRecord): SessionRecord | undefined => {
    const found = next(record)
    return found && (newest(found) ?? found)
  }
  return { newest, set: (key, record) => entries.set(key, { record, at: clock() }) }
}

// The generation is part of it because not every provider rotates: there the same refresh token must
// do for the next renewal as well.
function keyOf({ generation, tokens }: SessionRecord): string {
  return `${generation} ${tokens.refreshToken ?? ''}`
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

function kept(record: SessionRecord, error: TrefoilError): Renewal {
  return { state: 'kept', record, error }
}
