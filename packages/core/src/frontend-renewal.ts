import { TrefoilError } from './errors.ts'
import type { FrontendContext } from './frontend-context.ts'
import type { TokenSource } from './frontend-fetch.ts'
import type { FrontendSession } from './frontend-session.ts'
import { isRefusal, redeemRefreshToken } from './refresh-token.ts'
import { revokeRefreshToken } from './revocation.ts'
import type { SessionRecord } from './session.ts'
import { isLater } from './tab-channel.ts'
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
    const record = session.current()
    if (!record) throw new TrefoilError('not_authenticated')
    try {
      await lock(async () => redeem(record))
      pace.done()
    } catch (error) {
      pace.failed(error)
      throw error
    }
  }
  const renew = async (): Promise<void> => {
    underWay ??= run().finally(() => (underWay = undefined))
    return underWay
  }
  const renewIfDue = (): void => {
    if (!session.current() || session.untilDue() > 0 || pace.isSoon() || !page.isVisible()) return
    // What goes wrong is in the snapshot.
    void renew().catch(() => undefined)
  }
  const restore = async (): Promise<void> => {
    if (session.recall()) await renew().catch(() => undefined)
    else if (session.isMarked()) {
      await lock(async () => {
        if (session.current() || (await session.borrow())) return
        const record = await silently()
        if (record && !session.current()) session.adopt(record)
      })
    }
    if (!session.current()) session.nobody()
  }

  return {
    restore,
    renew,
    tokens: createTokenSource(session, renew, pace),
    listen() {
      const timer = createTimer(session, renewIfDue)
      session.onChange(timer.set)
      timer.set()
      const stops = [
        timer.stop,
        page.on('visible', renewIfDue),
        page.on('online', () => void (session.current() && renew().catch(() => undefined))),
        page.on('restored', () => void recheck(session, renew)),
      ]
      return () => {
        for (const stop of stops) stop()
      }
    },
  }
}

// Back from the history: what the page shows may be of somebody who has signed out meanwhile.
async function recheck(session: FrontendSession, renew: () => Promise<void>): Promise<void> {
  if (!session.current() || session.isMarked()) return
  session.hide()
  await renew().catch(() => undefined)
}

/** Says when a renewal would come too soon after another. */
interface Pace {
  done(): void
  failed(error: unknown): void
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
  const note = (error?: unknown): void => {
    at = elapsed()
    trouble = error
  }
  return {
    done: () => note(),
    failed: note,
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
    const record = session.current()
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
      if (session.current() && token() === refused) await renew().catch(() => undefined)
      const fresh = session.current()?.tokens.accessToken
      return fresh === refused || fresh === '' ? undefined : fresh
    },
  }
}

/** Renews a session, or takes the later version that another tab has. */
type Redemption = (record: SessionRecord) => Promise<void>

function createRedemption(
  session: FrontendSession,
  silently: SilentLogin,
  { config, provider }: FrontendContext,
): Redemption {
  const refuse = async (record: SessionRecord, error: TrefoilError): Promise<void> => {
    // The token of this tab was an old one: another tab had renewed it.
    if (await session.catchUp(record)) return
    if (session.current()?.id === record.id) session.end(error)
    throw error
  }

  return async (before) => {
    if (await session.catchUp(before)) return
    const record = session.current()
    if (!record || record.id !== before.id || (isLater(record, before) && session.life() > 0))
      return
    try {
      const next = await renewRecord(record, silently, config, provider)
      if (session.current()?.id === record.id) return session.adopt(next)
      // Signed out, or somebody else, meanwhile: the new tokens are nobody's.
      await revokeRefreshToken(next.tokens.refreshToken ?? '', config, provider)
    } catch (error) {
      if (!(error instanceof TrefoilError)) throw error
      if (isRefusal(error)) return refuse(record, error)
      if (session.current()?.id === record.id) session.keep(error)
      throw error
    }
  }
}

async function renewRecord(
  record: SessionRecord,
  silently: SilentLogin,
  config: FrontendContext['config'],
  provider: FrontendContext['provider'],
): Promise<SessionRecord> {
  const { refreshToken } = record.tokens
  if (refreshToken !== undefined) {
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
    if (!session.current()) return
    const wait = Math.min(Math.max(session.untilDue() * 1000, floor), longest)
    timer = setTimeout(() => {
      onDue()
      set()
    }, wait)
  }
  return { set, stop }
}
