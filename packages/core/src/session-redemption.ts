import type { BackendConfig } from './backend-config.ts'
import { TrefoilError } from './errors.ts'
import { createCache } from './internal/cache.ts'
import { inSeconds } from './internal/clock.ts'
import { pause, within } from './internal/deadline.ts'
import type { Provider } from './provider.ts'
import { isRefusal, redeemRefreshToken } from './refresh-token.ts'
import { revokeRefreshToken } from './revocation.ts'
import type { SessionKeeper } from './session-keeper.ts'
import type { SessionRecord } from './session.ts'

/**
 * How a renewal came out: `renewed` with the next record; `kept` because the trouble is passing;
 * `ended` because the refresh token is dead, the new tokens are another user's, or the session was
 * signed out. `isFinal` says that no other server can have renewed it, so its cookie can go.
 */
export type Renewal =
  | { readonly state: 'renewed'; readonly record: SessionRecord }
  | { readonly state: 'kept'; readonly record: SessionRecord; readonly error: TrefoilError }
  | { readonly state: 'ended'; readonly error: TrefoilError; readonly isFinal: boolean }

/** Renews the newest version of a session; trouble that passes rejects. */
export type Redemption = (record: SessionRecord) => Promise<Renewal>

const pollPause = 100
// Without a lock, the answer to the server that was first may still be on its way to it.
const winnerPolls = 20
const revocationPatience = 2_000
// Who has a good access token waits this long for another server that renews, and then goes on with it.
const patience = 1_000
const savePause = 250
const saves = 240

/** Makes a {@link Redemption}. */
export function createRedemption(
  config: BackendConfig,
  provider: Provider,
  keeper: SessionKeeper,
): Redemption {
  // New tokens that could not be stored yet: the refresh token that brought them is spent.
  const unsaved = createCache<SessionRecord>(1000)

  const redeem: Redemption = async (record) => {
    const held = unsaved.get(record.id)
    if (held?.generation === record.generation + 1) return renewed(held)
    return redeemOrEnd(record, config, provider)
  }
  const save: Redemption = async (record) => {
    unsaved.set(record.id, record)
    const standing = await keeper.replace(record)
    unsaved.delete(record.id)
    if (standing) return renewed(standing)
    // The session was signed out meanwhile, so the new tokens are nobody's.
    const { refreshToken = '' } = record.tokens
    await within(revocationPatience, revokeRefreshToken(refreshToken, config, provider))
    return gone(false)
  }

  // Another server would send the spent refresh token again, so the store learns of the new ones as soon
  // as it is back, and not when this user asks this server again.
  const saveLater = async ({ id }: SessionRecord): Promise<void> => {
    for (let attempt = 0; attempt < saves && unsaved.get(id); attempt++) {
      await pause(savePause)
      const held = unsaved.get(id)
      await (held && within(revocationPatience, save(held)))
    }
  }

  // Not under the lock, because an outage would keep it from the servers that can reach the provider.
  const prepare = async (): Promise<void> => {
    await provider.metadata()
    await provider.keys.ready()
  }
  if (config.session.store) {
    return redeemInStore({ prepare, redeem, save, saveLater }, keeper, config)
  }
  return async (record) => {
    const renewal = await redeem(record)
    return renewal.state === 'renewed' ? save(renewal.record) : renewal
  }
}

/** The steps of a {@link Redemption} with a store. */
interface Steps {
  /** Has what a redemption needs beside the lock. */
  readonly prepare: () => Promise<void>
  readonly redeem: Redemption
  readonly save: Redemption
  /** Goes on saving what could not be saved. */
  readonly saveLater: (record: SessionRecord) => Promise<void>
}

// With a store, the newest version is the store's: another server may have renewed meanwhile.
function redeemInStore(steps: Steps, keeper: SessionKeeper, config: BackendConfig): Redemption {
  const redeemNewest: Redemption = async (record) => {
    const current = await keeper.reread(record)
    if (!current) return gone(false)
    if (current.generation > record.generation) return renewed(current)
    const renewal = await steps.redeem(current)
    if (renewal.state === 'renewed') return steps.save(renewal.record)
    const winner = await findWinner(current, keeper)
    if (winner) return renewed(winner)
    // Still under the lock, so that nobody renews what is being ended.
    await keeper.end(current)
    return renewal.state === 'ended' ? { ...renewal, isFinal: true } : renewal
  }

  // The lock is kept until new tokens are saved; who waits is told at once that they are not yet.
  const redeemUnderLock = async (record: SessionRecord): Promise<Renewal | undefined> =>
    new Promise((resolve, reject) => {
      const task = async (): Promise<Renewal> => {
        try {
          return await redeemNewest(record)
        } catch (error) {
          reject(error)
          await steps.saveLater(record)
          throw error
        }
      }
      keeper.exclusively(record, task).then(resolve, reject)
    })

  return async (record) => {
    try {
      await steps.prepare()
    } catch (error) {
      const elsewhere = await findElsewhere(record, keeper)
      if (elsewhere) return elsewhere
      throw error
    }
    const polls = Math.ceil(patienceFor(record, config) / pollPause)
    for (let poll = 0; poll < polls; poll++) {
      const done = await redeemUnderLock(record)
      if (done) return done
      await pause(pollPause)
      const elsewhere = await findElsewhere(record, keeper)
      if (elsewhere) return elsewhere
    }
    throw lockedElsewhere()
  }
}

// What another server made of a session meanwhile.
async function findElsewhere(
  record: SessionRecord,
  keeper: SessionKeeper,
): Promise<Renewal | undefined> {
  const current = await keeper.reread(record)
  if (!current) return gone(false)
  return current.generation > record.generation ? renewed(current) : undefined
}

function lockedElsewhere(): TrefoilError {
  const cause = new Error('another server holds the lock')
  return new TrefoilError('provider_unavailable', { cause })
}

function patienceFor({ tokens }: SessionRecord, { clock, timeout }: BackendConfig): number {
  return tokens.accessTokenExpiresAt > inSeconds(clock) ? patience : timeout + patience
}

// Where two servers could redeem at once, the one that was refused has not lost the session.
async function findWinner(
  current: SessionRecord,
  keeper: SessionKeeper,
): Promise<SessionRecord | undefined> {
  const polls = keeper.canLock ? 1 : winnerPolls
  for (let poll = 0; poll < polls; poll++) {
    if (poll > 0) await pause(pollPause)
    const standing = await keeper.reread(current)
    if (!standing || standing.generation > current.generation) return standing
  }
  return undefined
}

async function redeemOrEnd(
  record: SessionRecord,
  config: BackendConfig,
  provider: Provider,
): Promise<Renewal> {
  try {
    const { refreshToken = '' } = record.tokens
    return renewed(await redeemRefreshToken(record, refreshToken, config, provider))
  } catch (error) {
    if (!(error instanceof TrefoilError) || !isRefusal(error)) throw error
    return { state: 'ended', error, isFinal: false }
  }
}

/** A renewal that went well. */
export function renewed(record: SessionRecord): Renewal {
  return { state: 'renewed', record }
}

/** A renewal of a session that is over already. */
export function gone(isFinal: boolean): Renewal {
  return { state: 'ended', error: new TrefoilError('session_expired'), isFinal }
}
