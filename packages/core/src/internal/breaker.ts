import { TrefoilError } from '../errors.ts'
import type { Clock } from './clock.ts'
import { type Http, NotSentError, StatusError } from './http.ts'

// Three failures in a row say that the server is down; one request in five seconds looks whether it is
// up again. Nobody else waits for a timeout meanwhile.
const threshold = 3
const pause = 5_000
// A slow server must not collect requests without end: these are more than one process needs.
const maxInFlight = 256

/** An {@link Http} that knows whether its server is down. */
export interface GuardedHttp extends Http {
  /** Whether requests are sent as usual; if not, they are refused or one looks how things are. */
  isClosed(): boolean
}

/**
 * Guards an {@link Http} against a server that is down or slow: after three failures in a row requests
 * fail at once for five seconds, then one is let through to look; and at most 256 are under way.
 *
 * Refused requests throw `provider_unavailable` with `Retry-After` and are not sent, so a code or a
 * refresh token is not spent. An answer of any status but 5xx closes the breaker.
 */
export function withBreaker(http: Http, clock: Clock): GuardedHttp {
  let failures = 0
  let openUntil = Number.NEGATIVE_INFINITY
  let inFlight = 0

  const assertClosed = (): void => {
    const now = clock()
    if (inFlight >= maxInFlight) throw refused('too many requests are under way')
    if (failures < threshold) return
    if (now < openUntil) throw refused('it failed three times in a row')
    // The next one looks; the others go on being refused until it is back.
    openUntil = now + pause
  }

  const send: Http = async (url, init) => {
    assertClosed()
    inFlight++
    try {
      const response = await http(url, init)
      failures = 0
      return response
    } catch (error) {
      if (isOutage(error)) {
        failures++
        openUntil = clock() + pause
      } else {
        failures = 0
      }
      throw error
    } finally {
      inFlight--
    }
  }
  return Object.assign(send, { isClosed: () => failures < threshold })
}

// A server that asks to slow down (429) is up.
function isOutage(error: unknown): boolean {
  return (
    error instanceof TrefoilError &&
    error.code === 'provider_unavailable' &&
    !(error.cause instanceof StatusError && error.cause.status === 429)
  )
}

function refused(reason: string): TrefoilError {
  return new TrefoilError('provider_unavailable', {
    cause: new NotSentError(reason),
    headers: { 'retry-after': String(pause / 1000) },
  })
}
