import { type Outcome, serializeCookie, type SetCookie } from '@trefoil/core'
import type { Response } from 'express'

/** Answers with an outcome of the core: all of it, here and nowhere else. */
export function applyOutcome(res: Response, outcome: Outcome): void {
  res.status(outcome.status)
  for (const [name, value] of Object.entries(outcome.headers)) {
    if (name === 'vary') res.vary(value)
    else res.setHeader(name, value)
  }
  if (outcome.location !== undefined) res.setHeader('location', outcome.location)
  appendCookies(res, outcome.cookies)
  res.end(outcome.body)
}

/** Adds cookies to those that the answer has already. */
export function appendCookies(res: Response, cookies: readonly SetCookie[]): void {
  for (const cookie of cookies) res.append('set-cookie', serializeCookie(cookie))
}
