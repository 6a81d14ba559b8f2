// All that knows h3: with h3 2 this file changes, and no other.
import {
  type Outcome,
  readText,
  type RequestView,
  serializeCookie,
  type SetCookie,
  updateCookieHeader,
} from '@trefoil/core'
import {
  appendResponseHeader,
  createError,
  defineEventHandler,
  type EventHandler,
  getRequestHeader,
  getRequestWebStream,
  type H3Error,
  type H3Event,
  setResponseHeader,
  setResponseStatus,
} from 'h3'

export type { H3Event } from 'h3'

/** Makes a handler; `undefined` passes the request on. */
export function defineHandler(handle: (event: H3Event) => Promise<void>): EventHandler {
  return defineEventHandler(handle)
}

/**
 * Views a request as the core does. The path is that of the request line, the app's base URL included;
 * of the host only what the site allows is believed, and all its origins have the scheme of `siteOrigin`.
 */
export function viewEvent(event: H3Event, siteOrigin: string): RequestView {
  return {
    method: event.method,
    get url() {
      return readUrl(event, siteOrigin)
    },
    header: (name) => readHeader(event, name),
    text: async (limit) => readBody(event, limit),
  }
}

// What a page fetches from its own server while it is rendered comes with the page's headers, but for
// `Accept`; it is no navigation.
function readHeader(event: H3Event, name: string): string | undefined {
  const isInherited =
    /^sec-fetch-(mode|dest)$/i.test(name) &&
    getRequestHeader(event, 'sec-fetch-mode') === 'navigate' &&
    !getRequestHeader(event, 'accept')?.includes('text/html')
  return isInherited ? undefined : getRequestHeader(event, name)
}

/** The path and query of the request line, the app's base URL included. */
export function readPath(event: H3Event): string {
  return event.node.req.originalUrl ?? event.path
}

function readUrl(event: H3Event, siteOrigin: string): string {
  const path = readPath(event)
  // A request line that is no path gives a URL that cannot be parsed, which the core refuses with 400.
  if (!path.startsWith('/')) return ''
  const scheme = siteOrigin.startsWith('https:') ? 'https' : 'http'
  return `${scheme}://${getRequestHeader(event, 'host') ?? 'localhost'}${path}`
}

async function readBody(event: H3Event, limit: number): Promise<string> {
  const stream = getRequestWebStream(event)
  return stream ? readText(readChunks(stream), limit) : ''
}

async function* readChunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    yield typeof part.value === 'string' ? new TextEncoder().encode(part.value) : part.value
  }
}

/** Answers with an outcome of the core: all of it, here and nowhere else. */
export function applyOutcome(event: H3Event, outcome: Outcome): void {
  setResponseStatus(event, outcome.status)
  for (const [name, value] of Object.entries(outcome.headers)) {
    if (name === 'vary') addVary(event, value)
    else setResponseHeader(event, name, value)
  }
  if (outcome.location !== undefined) setResponseHeader(event, 'location', outcome.location)
  appendCookies(event, outcome.cookies)
  event.node.res.end(outcome.body)
}

/** Whether the headers are on their way, so that no cookie can follow. */
export function isSent(event: H3Event): boolean {
  return event.node.res.headersSent
}

/** Adds cookies that the answer does not have yet. */
export function appendCookies(event: H3Event, cookies: readonly SetCookie[]): void {
  const present = [event.node.res.getHeader('set-cookie') ?? []].flat().map(String)
  for (const cookie of cookies) {
    const text = serializeCookie(cookie)
    if (!present.includes(text)) appendResponseHeader(event, 'set-cookie', text)
  }
}

/** Has whoever handles the request next, and what it fetches from this app, see a new session. */
export function storeCookies(event: H3Event, cookies: readonly SetCookie[]): void {
  if (cookies.length === 0) return
  const header = updateCookieHeader(getRequestHeader(event, 'cookie'), cookies)
  if (header === undefined) delete event.node.req.headers.cookie
  else event.node.req.headers.cookie = header
}

/** Forbids shared and later use of an answer; only ever tightens (RFC 9111 section 5.2.2). */
export function tighten(event: H3Event): void {
  if (isSent(event)) return
  setResponseHeader(event, 'cache-control', 'private, no-store')
  addVary(event, 'Cookie')
}

function addVary(event: H3Event, name: string): void {
  const present = [event.node.res.getHeader('vary') ?? []].flat().join(', ')
  const names = present.split(',').map((each) => each.trim())
  const isThere = names.some((each) => each === '*' || each.toLowerCase() === name.toLowerCase())
  if (!isThere) setResponseHeader(event, 'vary', [...names.filter(Boolean), name].join(', '))
}

const outcomes = new WeakMap<object, Outcome>()

/** An error that ends the handler and is answered with an outcome. */
export function createRefusal(outcome: Outcome): H3Error {
  const error = createError({
    statusCode: outcome.status,
    statusMessage: outcome.error?.code ?? 'redirect',
    message: outcome.error?.message ?? 'This page is elsewhere.',
    cause: outcome.error,
  })
  outcomes.set(error, outcome)
  return error
}

/** The outcome that an error is to be answered with. */
export function findOutcome(error: unknown): Outcome | undefined {
  return typeof error === 'object' && error !== null ? outcomes.get(error) : undefined
}
