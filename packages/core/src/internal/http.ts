import { TrefoilError } from '../errors.ts'
import type { Clock } from './clock.ts'
import { inTime } from './deadline.ts'

/** Sends one request to the authorization server and reads the whole answer, within limits. */
export type Http = (url: string | URL, init?: Init) => Promise<Response>

/** What a request is, beside its URL. */
export interface Init {
  method?: string
  headers?: HeadersInit
  body?: BodyInit | null | undefined
}

/** The limits of an {@link Http}. */
export interface HttpOptions {
  /** The `fetch` to use. */
  fetch: typeof fetch
  /** Milliseconds for headers and body together. */
  timeout: number
  /** For answers that ask to wait until a date. Default: `Date.now`. */
  clock?: Clock
  /** Bytes of a decoded body. */
  maxBytes?: number
}

/** The status of an answer that cannot be used. */
export class StatusError extends Error {
  readonly status: number

  constructor(status: number) {
    super(`status ${status}`)
    this.name = 'StatusError'
    this.status = status
  }
}

/** A request was not sent, because the server is in trouble; `reason` says how we know. */
export class NotSentError extends Error {
  constructor(reason: string) {
    super(`not sent to the authorization server: ${reason}`)
    this.name = 'NotSentError'
  }
}

// RFC 9110: these statuses have no body, and `new Response` refuses to be given one.
const bodiless = new Set([101, 204, 205, 304])

/**
 * Makes an {@link Http}: one deadline for headers and body, a limit on the decoded body, redirects
 * refused (a 307 would post a code and a secret elsewhere), no ambient credentials.
 *
 * Throws `provider_unavailable` when there is no usable answer (network, deadline, 429, 5xx) and
 * `provider_response_invalid` when the answer is a redirect or too large.
 */
export function createHttp(options: HttpOptions): Http {
  const { timeout, clock = Date.now } = options

  return async (url, init = {}) => {
    const headers = new Headers(init.headers)
    // A browser sets its own agent and would ask the server's leave (CORS) for another.
    if (!('document' in globalThis)) headers.set('user-agent', 'trefoil')
    const request: RequestInit = {
      method: init.method ?? 'GET',
      headers,
      body: init.body ?? null,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    }
    // Not every `fetch` that an application brings heeds the signal.
    const response = await inTime(timeout, exchange(url, request, options)).catch(toUnavailable)
    assertAvailable(response, clock())
    return response
  }
}

async function exchange(
  url: string | URL,
  request: RequestInit,
  { fetch, maxBytes = 1024 * 1024 }: HttpOptions,
): Promise<Response> {
  const response = await fetch(url, request)
  await assertNoRedirect(response)
  const body = await readBody(response, maxBytes)
  const { status, headers } = response
  return new Response(bodiless.has(status) ? null : body, { status, headers })
}

function toUnavailable(cause: unknown): never {
  throw cause instanceof TrefoilError ? cause : new TrefoilError('provider_unavailable', { cause })
}

async function assertNoRedirect(response: Response): Promise<void> {
  const isRedirect = response.status >= 300 && response.status < 400 && response.status !== 304
  if (!isRedirect && response.type !== 'opaqueredirect') return
  // A body that nobody reads would keep its connection.
  await response.body?.cancel()
  throw new TrefoilError('provider_response_invalid', {
    cause: new Error(`a redirect (status ${response.status}) where an answer was expected`),
  })
}

// Counting decoded bytes as they come stops a compressed bomb before it is in memory.
async function readBody(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = response.body?.getReader()
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    size += part.value.length
    if (size > maxBytes) {
      await reader?.cancel()
      throw new TrefoilError('provider_response_invalid', {
        cause: new Error(`a body of more than ${maxBytes} bytes`),
      })
    }
    chunks.push(part.value)
  }
  return concatenate(chunks, size)
}

function concatenate(chunks: Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}

function assertAvailable(response: Response, now: number): void {
  if (response.status !== 429 && response.status < 500) return
  const wait = readRetryAfter(response.headers, now)
  throw new TrefoilError('provider_unavailable', {
    cause: new StatusError(response.status),
    headers: wait === undefined ? {} : { 'retry-after': String(wait) },
  })
}

/**
 * How many seconds a server asks to wait: `Retry-After` (RFC 9110 section 10.2.3, seconds or a date)
 * or Kinde's `RateLimit-Reset` (KINDE-PROTOCOL section 4), an hour at most. `undefined` when it does
 * not say. `now` is in milliseconds.
 */
export function readRetryAfter(headers: Headers, now: number): number | undefined {
  return ['retry-after', 'ratelimit-reset']
    .map((name) => toSeconds(headers.get(name) ?? '', now))
    .find((seconds) => seconds !== undefined)
}

function toSeconds(value: string, now: number): number | undefined {
  // Parsers of dates take almost anything for one.
  const isDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value)
  if (!isDate && !/^\d+$/.test(value)) return undefined
  const seconds = isDate ? (Date.parse(value) - now) / 1000 : Number(value)
  return Number.isFinite(seconds) ? Math.min(Math.max(0, Math.ceil(seconds)), 3600) : undefined
}

// Milliseconds after the first try.
const latestFailure = 4_500
const latestRetry = 5_500

/**
 * Runs a task that may safely run again, up to three times, while it fails with
 * `provider_unavailable`: 200 ms doubled each time, with full jitter, or what the server asked for,
 * up to 5 s. A request that ran into the usual timeout is not made again, and none so late that all of
 * them would take longer than ten seconds. What was not sent for the server's sake fails at once, so nobody waits for an outage.
 * Never for a code or a refresh token, which are spent by being sent.
 */
export async function withRetry<Result>(task: () => Promise<Result>, retries = 2): Promise<Result> {
  const startedAt = performance.now()
  for (let round = 0; ; round++) {
    try {
      return await task()
    } catch (error) {
      const wait = round < retries ? retryDelay(error, round) : undefined
      const elapsed = performance.now() - startedAt
      if (wait === undefined || elapsed > latestFailure || elapsed + wait > latestRetry) throw error
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
}

function retryDelay(error: unknown, round: number): number | undefined {
  if (!(error instanceof TrefoilError) || error.code !== 'provider_unavailable') return undefined
  if (error.cause instanceof NotSentError) return undefined
  const asked = error.headers['retry-after']
  if (asked === undefined) return Math.random() * 200 * 2 ** round
  return Number(asked) <= 5 ? Number(asked) * 1000 : undefined
}
