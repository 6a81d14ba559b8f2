import { type BackendConfig } from './backend-config.ts'
import type { TrefoilError } from './errors.ts'
import { createSingleFlight, type SingleFlight } from './internal/single-flight.ts'
import { createLoginCounter, type LoginCounter } from './login-counter.ts'
import { createLoginTransactions, type LoginTransactions } from './login-transaction.ts'
import type { SetCookie } from './outcome.ts'
import { createProvider, type Provider } from './provider.ts'
import { createSessionKeeper, type SessionKeeper } from './session-keeper.ts'
import { createSessionRenewal, type SessionRenewal } from './session-renewal.ts'
import type { Session, SessionRecord } from './session.ts'

/** What the routes of a back-end app work with. */
export interface BackendContext {
  readonly config: BackendConfig
  readonly provider: Provider
  readonly keeper: SessionKeeper
  readonly renewal: SessionRenewal
  readonly transactions: LoginTransactions
  readonly counter: LoginCounter
  /** Callbacks under way or just done, so that one delivered twice sends its code once. */
  readonly callbacks: SingleFlight<SessionRecord>
}

/**
 * Who a request is from, and what the answer must carry because that was asked.
 *
 * `state` says how it came about: `anonymous`; `current` (read as it was); `renewed` (new tokens);
 * `kept` (a renewal failed in passing, the session goes on, `error` says why); `ended` (it was live
 * when the request came, and is over).
 */
export interface Authentication {
  readonly session: Session | null
  readonly state: 'anonymous' | 'current' | 'renewed' | 'kept' | 'ended'
  /** Cookies that must reach the browser. */
  readonly cookies: readonly SetCookie[]
  /** Headers of every answer that depends on who is signed in. */
  readonly headers: Readonly<Record<string, string>>
  /** Why a session was kept or ended. */
  readonly error?: TrefoilError
  /**
   * The access token, for calls to an API from this server. Throws `not_authenticated` when nobody is
   * signed in and `access_token_expired` when it ran out and could not be renewed.
   */
  getAccessToken(): string
}

const callbackOverlap = 10_000

/** Makes a {@link BackendContext}. */
export function createBackendContext(config: BackendConfig): BackendContext {
  const provider = createProvider(config)
  const keeper = createSessionKeeper(config)
  return {
    config,
    provider,
    keeper,
    renewal: createSessionRenewal(config, provider, keeper),
    transactions: createLoginTransactions(config),
    counter: createLoginCounter(config),
    callbacks: createSingleFlight({ clock: config.clock, keepFor: callbackOverlap }),
  }
}
