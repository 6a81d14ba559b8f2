import { AccessDeniedError, assertRequirement, type Requirement } from '@trefoil/core'
import type { RequestHandler } from 'express'
import { applyOutcome } from './apply-outcome.ts'
import { binding, getAuth } from './auth.ts'

/**
 * Lets signed-in users pass who meet the requirement.
 *
 * Nobody signed in is sent to the login for a page, and gets 401 JSON otherwise. Lacking a right gives
 * `next` an `AccessDeniedError` with status 403 that names what is missing. Throws
 * `ConfigurationError` at once for a requirement that it does not know.
 *
 * @example
 * app.get('/reports', requireAuth({ permissions: ['read:reports'] }), showReports)
 */
export function requireAuth(requirement: Requirement = {}): RequestHandler {
  assertRequirement(requirement)
  return (req, res, next) => {
    const { app, view, authentication } = getAuth(req)[binding]
    // The cookies of a renewal go out by themselves.
    const { session } = authentication()
    const refusal = app.guard(view, { session }, requirement)
    if (refusal?.error instanceof AccessDeniedError) next(refusal.error)
    else if (refusal) applyOutcome(res, refusal)
    else next()
  }
}
