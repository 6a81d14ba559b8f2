import { asTrefoilError, TrefoilError } from './errors.ts'
import type { FrontendContext } from './frontend-context.ts'
import type { TokenSource } from './frontend-fetch.ts'
import type { FrontendSession } from './frontend-session.ts'
import { ProviderError } from './provider-error.ts'
import { isRefusal, redeemRefreshToken } from './refresh-token.ts'
import { isInCookie } from './refresh-token-cookie.ts'
import { revokeRefreshToken } from './revocation.ts'
import { isLater } from './session-vault.ts'
import type { SessionRecord } from './session.ts'
import { createTabLock } from './tab-lock.ts'

/** Signs in without asking; `undefined` when the provider would have to ask. */
export type SilentLogin = () => Promise<SessionRecord | undefined>

/** Keeps the session of this tab alive: one request for all who ask, in all tabs. */
export interface FrontendRenewal {
  /** Finds out who is signed in: from storage, from another tab, or from the provider. */
  restore(): Promise<void>
  /** Renews now, or joins the renewal that runs. */
  renew(): Promise<void>
  readonly tokens: TokenSource
  listen(): () => void
}

/** Makes a {@link FrontendRenewal}. */
export function createFrontendRenewal(
  session: FrontendSession,
  silently: SilentLogin,
  context: FrontendContext,
): FrontendRenewal {
  const { page, prefix } = context
  const lock = createTabLock(page, `${prefix}lock`)
  const pace = createPace(() => page.elapsed())
  const redeem = createRedemption(session, silently, context)
  let underWay: Promise<void> | undefined

  const run = async (): Promise<void> => {
    const record = session.record()
    if (!record) throw new TrefoilError('not_authenticated')
    try {
      await lock(async (hasWaited) => redeem(record, hasWaited))
      pace.note()
    } catch (error) {
      pace.note(error)
      throw error
    } finally {
      underWay = undefined
    }
  }
  const renew = async (): Promise<void> => (underWay ??= run())

  return {
    renew,
    tokens: createTokenSource(session, renew, pace),
    async restore() {
      if (session.recall()) await renew().catch(() => undefined)
      else if (session.isMarked()) await lock(async () => find(session, silently))
      if (!session.record()) session.nobody()
    },
    listen: () => listen(session, renew, pace, page),
  }
}

// Under the lock, so that of many tabs that a browser restores at once the first asks for all.
async function find(session: FrontendSession, silently: SilentLogin): Promise<boolean> {
  if (session.record() || (await session.borrow())) return false
  const record = await silently()
  if (!record || session.record()) return false
  session.adopt(record)
  return true
}

function listen(
  session: FrontendSession,
  renew: () => Promise<void>,
  pace: Pace,
  page: FrontendContext['page'],
): () => void {
  // What goes wrong is in the snapshot.
  const quietly = (): void => void (session.record() && renew().catch(() => undefined))
  const renewIfDue = (): void => {
    if (session.untilDue() <= 0 && !pace.isSoon() && page.isVisible()) quietly()
  }
  // Back from the history: what the page shows may be of somebody who has signed out meanwhile.
  const recheck = (): void => {
    if (session.record() && !session.isMarked()) session.hide()
    quietly()
  }
  const timer = createTimer(session, renewIfDue)
  const stops = [
    timer.stop,
    session.onChange(timer.set),
    page.on('visible', renewIfDue),
    page.on('online', quietly),
    page.on('restored', recheck),
  ]
  timer.set()
  return () => {
    for (const stop of stops) stop()
  }
}

/** Says when a renewal would come too soon after another. */
interface Pace {
  /** A renewal is over; what stood in its way, if anything did. */
  note(error?: unknown): void
  /** Within ten seconds of the last one. */
  isSoon(): boolean
  /** What stood in the way less than two seconds ago. */
  trouble(): unknown
}

const floor = 10_000
const coolDown = 2_000

function createPace(elapsed: () => number): Pace {
  let at = Number.NEGATIVE_INFINITY
  let trouble: unknown
  return {
    note(error) {
      at = elapsed()
      trouble = error
    },
    isSoon: () => elapsed() - at < floor,
    trouble: () => (elapsed() - at < coolDown ? trouble : undefined),
  }
}

function createTokenSource(
  session: FrontendSession,
  renew: () => Promise<void>,
  pace: Pace,
): TokenSource {
  const token = (): string => {
    const record = session.record()
    if (!record) throw new TrefoilError('not_authenticated')
    return record.tokens.accessToken
  }
  return {
    async get() {
      token()
      const isGood = session.life() > 0
      if (isGood && (session.untilDue() > 0 || pace.isSoon())) return token()
      const trouble = pace.trouble()
      if (trouble !== undefined) throw trouble
      try {
        await renew()
      } catch (error) {
        // Renewed ahead of time, so the old one still serves.
        if (session.life() <= 0) throw error
      }
      return token()
    },
    async replace(refused) {
      if (session.record() && token() === refused) await renew().catch(() => undefined)
      const fresh = session.record()?.tokens.accessToken
      return fresh === refused || fresh === '' ? undefined : fresh
    },
  }
}

/** Renews a session, or takes the later version that another tab has; gives whether it did the former. */
type Redemption = (record: SessionRecord, mayBeBehind: boolean) => Promise<boolean>

function createRedemption(
  session: FrontendSession,
  silently: SilentLogin,
  { config, provider }: FrontendContext,
): Redemption {
  const redeem: Redemption = async (before, mayBeBehind) => {
    if (await session.catchUp(before, mayBeBehind)) return false
    const record = session.record()
    // Signed out, or somebody else, meanwhile.
    if (record?.id !== before.id) return false
    try {
      return await finish(record, await renewRecord(record, silently, config, provider))
    } catch (cause) {
      const error = asTrefoilError(cause)
      if (isRefusal(error) || (isInCookie(config) && isInvalid(error))) return refuse(record, error)
      if (session.record()?.id === record.id) session.keep(error)
      throw error
    }
  }
  const finish = async (before: SessionRecord, next: SessionRecord): Promise<boolean> => {
    if (session.record()?.id === before.id) {
      session.adopt(next)
      return true
    }
    // Over while the answer was on its way: the new tokens are nobody's.
    await revokeRefreshToken(next.tokens.refreshToken ?? '', config, provider)
    return false
  }
  const refuse = async (record: SessionRecord, error: TrefoilError): Promise<boolean> => {
    if (await session.catchUp(record, true)) return false
    const current = session.record()
    // The token of this tab was an old one, and the newer one may still be good.
    if (current && isLater(current, record)) return redeem(current, false)
    if (current?.id === record.id) session.end(error)
    throw error
  }
  return redeem
}

// The request has nothing else in it that could be wrong than the cookie.
function isInvalid(error: TrefoilError): boolean {
  return error instanceof ProviderError && error.error === 'invalid_request'
}

async function renewRecord(
  record: SessionRecord,
  silently: SilentLogin,
  config: FrontendContext['config'],
  provider: FrontendContext['provider'],
): Promise<SessionRecord> {
  const { refreshToken } = record.tokens
  if (refreshToken !== undefined || isInCookie(config)) {
    return redeemRefreshToken(record, refreshToken, config, provider)
  }
  const again = await silently()
  if (again?.user.id === record.user.id) return again
  throw new TrefoilError('access_token_expired')
}

// Browsers keep the delay in 32 bits, and what is longer fires at once.
const longest = 2 ** 31 - 1

function createTimer(
  session: FrontendSession,
  onDue: () => void,
): { set: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = (): void => clearTimeout(timer)
  const set = (): void => {
    stop()
    if (!session.record()) return
    const wait = Math.min(Math.max(session.untilDue() * 1000, floor), longest)
    timer = setTimeout(() => {
      onDue()
      set()
    }, wait)
  }
  return { set, stop }
}
