import type { BackendConfig } from './backend-config.ts'
import { ProviderError, TrefoilError } from './errors.ts'
import { createCache } from './internal/cache.ts'
import { pause, within } from './internal/deadline.ts'
import type { Provider } from './provider.ts'
import { redeemRefreshToken } from './refresh-token.ts'
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

  if (config.session.store) return redeemInStore(redeem, save, keeper, config)
  return async (record) => {
    const renewal = await redeem(record)
    return renewal.state === 'renewed' ? save(renewal.record) : renewal
  }
}

// With a store, the newest version is the store's: another server may have renewed meanwhile.
function redeemInStore(
  redeem: Redemption,
  save: Redemption,
  keeper: SessionKeeper,
  { timeout }: BackendConfig,
): Redemption {
  const redeemNewest: Redemption = async (record) => {
    const current = await keeper.reread(record)
    if (!current) return gone(false)
    if (current.generation > record.generation) return renewed(current)
    const renewal = await redeem(current)
    if (renewal.state === 'renewed') return save(renewal.record)
    const winner = await findWinner(current, keeper)
    if (winner) return renewed(winner)
    // Still under the lock, so that nobody renews what is being ended.
    await keeper.end(current)
    return renewal.state === 'ended' ? { ...renewal, isFinal: true } : renewal
  }

  return async (record) => {
    const polls = Math.ceil((timeout + 1000) / pollPause)
    for (let poll = 0; poll < polls; poll++) {
      const done = await keeper.exclusively(record, async () => redeemNewest(record))
      if (done) return done
      await pause(pollPause)
      const current = await keeper.reread(record)
      if (current && current.generation > record.generation) return renewed(current)
    }
    throw new TrefoilError('provider_unavailable', {
      cause: new Error('another server holds the lock'),
    })
  }
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

// Only the provider's definite word on this refresh token, or tokens that are not this user's.
function isRefusal(error: TrefoilError): boolean {
  const isDead = error instanceof ProviderError && error.error === 'invalid_grant'
  return isDead || error.code === 'id_token_invalid'
}

/** A renewal that went well. */
export function renewed(record: SessionRecord): Renewal {
  return { state: 'renewed', record }
}

/** A renewal of a session that is over already. */
export function gone(isFinal: boolean): Renewal {
  return { state: 'ended', error: new TrefoilError('session_expired'), isFinal }
}
