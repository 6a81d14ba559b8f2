import { AccessDeniedError, decide } from '@trefoil/core'
import type { RequestHandler } from 'express'

const challenge = 'Bearer error="insufficient_scope", scope="read:reports"'

/**
 * Lets through who may read reports: a machine by the scope it was granted, a user by the permission
 * in the organization. Stands after `requireBearer()`, which verified the token.
 */
export const requireReports: RequestHandler = (req, _res, next) => {
  const byScope = decide(req.bearer, { scopes: ['read:reports'] })
  const byPermission = decide(req.bearer, { permissions: ['read:reports'] })
  if (byScope.allowed || byPermission.allowed) {
    next()
    return
  }
  const missing =
    req.bearer?.kind === 'machine'
      ? { scopes: ['read:reports'] }
      : { permissions: ['read:reports'] }
  // RFC 6750 section 3.1
  const headers = { 'www-authenticate': challenge }
  next(new AccessDeniedError(missing, 'insufficient_scope', { headers }))
}
