import { type Outcome, serializeCookie, type SetCookie, toResponse } from '@trefoil/core'
import type { ServerResponse } from 'node:http'

/** Headers of every answer that depends on who is signed in. */
export const privateHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'private, no-store',
  vary: 'Cookie',
}

/** Answers with an outcome of the core; `origin` makes a redirect absolute, as the proxy must. */
export function respond(outcome: Outcome, origin?: string): Response {
  const { location } = outcome
  if (location === undefined || origin === undefined) return toResponse(outcome)
  return toResponse({ ...outcome, location: new URL(location, origin).href })
}

/** Forbids shared and later use of an answer, and has cookies sent with it. */
export function markPrivate(headers: Headers, cookies: readonly SetCookie[]): void {
  headers.set('cache-control', privateHeaders['cache-control'] ?? '')
  if (!/(^|,)\s*cookie\s*(,|$)/i.test(headers.get('vary') ?? '')) headers.append('vary', 'Cookie')
  for (const cookie of cookies) headers.append('set-cookie', serializeCookie(cookie))
}

/** Answers a request of the Pages Router with an outcome. */
export function applyOutcome(res: ServerResponse, outcome: Outcome): void {
  res.statusCode = outcome.status
  for (const [name, value] of Object.entries(outcome.headers)) res.setHeader(name, value)
  if (outcome.location !== undefined) res.setHeader('location', outcome.location)
  appendCookies(res, outcome.cookies)
  res.end(outcome.body)
}

/** Adds cookies to those that an answer of the Pages Router has already. */
export function appendCookies(res: ServerResponse, cookies: readonly SetCookie[]): void {
  for (const cookie of cookies) res.appendHeader('set-cookie', serializeCookie(cookie))
}
