import type { Clock } from './internal/clock.ts'
import type { SessionRecord } from './session.ts'

/** The session that this tab holds, with its access token, in memory. */
export interface HeldSession {
  record(): SessionRecord | undefined
  hold(record: SessionRecord): void
  drop(): void
  /** Seconds that the access token still lives; none for a session that came out of storage. */
  life(): number
  /** Seconds until the access token is to be renewed; negative when it is due. */
  untilDue(): number
}

/**
 * Makes a {@link HeldSession}. What has passed is told by two clocks, and the one that says more counts:
 * the device's may be set back, and the other (`elapsed`) may stand still while the device sleeps.
 */
export function createHeldSession(clock: Clock, elapsed: () => number): HeldSession {
  let held: { record: SessionRecord; at: number; elapsedAt: number } | undefined
  const left = (read: (record: SessionRecord) => number): number => {
    if (!held) return Number.NEGATIVE_INFINITY
    const passed = Math.max(clock() - held.at, elapsed() - held.elapsedAt)
    return read(held.record) - (held.at + passed) / 1000
  }

  return {
    record: () => held?.record,
    hold: (record) => void (held = { record, at: clock(), elapsedAt: elapsed() }),
    drop: () => void (held = undefined),
    life: () =>
      held?.record.tokens.accessToken === ''
        ? Number.NEGATIVE_INFINITY
        : left(({ tokens }) => tokens.accessTokenExpiresAt),
    untilDue: () =>
      held?.record.tokens.accessToken === ''
        ? Number.NEGATIVE_INFINITY
        : left(({ tokens }) => tokens.renewAt),
  }
}
