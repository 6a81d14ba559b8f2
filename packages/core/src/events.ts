import { ConfigurationError, type ErrorCode, type TrefoilError } from './errors.ts'
import { ProviderError } from './provider-error.ts'

/**
 * Something that happened to a sign-in or a session, for logs and metrics.
 *
 * - `login_started`: the browser was sent to the provider.
 * - `signed_in`: a session began.
 * - `renewed`: a session has new tokens.
 * - `renewal_failed`: a renewal failed in passing; the session goes on.
 * - `session_ended`: a session ended without the user asking for it.
 * - `signed_out`: the user signed out.
 * - `ended_elsewhere`: sessions were ended by the provider or by an administrator.
 * - `refused`: a guard refused somebody who is signed in.
 * - `failed`: one of our routes answered with an error.
 */
export type AuthEventType =
  | 'login_started'
  | 'signed_in'
  | 'renewed'
  | 'renewal_failed'
  | 'session_ended'
  | 'signed_out'
  | 'ended_elsewhere'
  | 'refused'
  | 'failed'

/** What is told of an {@link AuthEventType}. It never holds a token, a cookie or a secret. */
export interface AuthEvent {
  readonly type: AuthEventType
  /** Absent while there is no configuration to read it from. */
  readonly issuer?: string
  /** The user's `sub`, where somebody is known. */
  readonly subject?: string
  /** The code of the error that it came of. */
  readonly code?: ErrorCode
  /** The error itself, with its evidence in `cause`. */
  readonly error?: TrefoilError
}

/** Is told of every event. What it throws breaks no sign-in; the first failure goes to `console.error`. */
export type EventListener = (event: AuthEvent) => void

const maxLength = 300

/**
 * The default listener: writes what an operator must know, one line an event, to `console.error`: the
 * answers with status 500 and above, and the sessions that could not be renewed.
 */
export function logEvent(event: AuthEvent): void {
  const { type, error } = event
  const isTrouble = type === 'renewal_failed' || (type === 'failed' && (error?.status ?? 0) >= 500)
  // oxlint-disable-next-line eslint/no-console -- the log of last resort, where no listener is given
  if (error && isTrouble) console.error(formatEvent(event, error))
}

/** Makes a listener whose failures, a rejected promise included, break nothing and are reported once. */
export function guardListener(listener: EventListener): EventListener {
  let isReported = false
  const report = ({ type }: AuthEvent, error: unknown): void => {
    if (isReported) return
    isReported = true
    const reasons = findReasons(error).map(quote)
    // oxlint-disable-next-line eslint/no-console -- the listener is what would log it
    console.error([`[trefoil] onEvent failed at ${type}`, ...reasons].join(': '))
  }

  return (event) => {
    try {
      // An async function is a listener as well, and nobody waits for it.
      const result: unknown = listener(event)
      if (result instanceof Promise) result.catch((error: unknown) => report(event, error))
    } catch (error) {
      report(event, error)
    }
  }
}

/** One line about an event that went wrong: what, and the evidence, cut and without line breaks. */
export function formatEvent({ type }: AuthEvent, error: TrefoilError): string {
  const code = error instanceof ProviderError ? `${error.code} (${error.error})` : error.code
  const message = error instanceof ConfigurationError ? error.problems.join(' ') : error.message
  const reasons = findReasons(error.cause).map(quote)
  return [`[trefoil] ${type}: ${code}: ${message.replaceAll('\n', ' ')}`, ...reasons].join(' <- ')
}

function findReasons(cause: unknown): string[] {
  const reasons: string[] = []
  for (let next = cause; next instanceof Error && reasons.length < 4; next = next.cause) {
    reasons.push(`${next.name}: ${next.message}`)
  }
  return reasons
}

// Another program's text could fake a line of its own or colors of a terminal.
function quote(text: string): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  return JSON.stringify(cut.replaceAll(/\p{Cc}|\p{Cf}/gu, ' '))
}
