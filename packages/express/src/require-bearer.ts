import { assertRequirement, type Requirement } from '@trefoil/core'
import {
  type BearerIdentity,
  type BearerOptions,
  type BearerVerifier,
  createBearerVerifier,
} from '@trefoil/core/bearer'
import type { RequestHandler } from 'express'
import { viewExpressRequest } from './request-view.ts'

declare global {
  namespace Express {
    interface Request {
      /** Whose access token came with the request; set by `requireBearer()`. */
      bearer?: BearerIdentity
    }
  }
}

/** Makes guards of one kind; see {@link createBearerGuard}. */
export type BearerGuard = (requirement?: Requirement) => RequestHandler

/**
 * Makes `requireBearer` for an API: all guards that it gives share one verifier and its key set.
 * Nothing is read or fetched before the first request.
 *
 * @example
 * const requireBearer = createBearerGuard({ audience: 'https://reports.example' })
 * api.get('/reports', requireBearer({ scopes: ['read:reports'] }), sendReports)
 */
export function createBearerGuard(options: BearerOptions = {}): BearerGuard {
  return guardWith(createBearerVerifier(options))
}

/**
 * Lets requests pass with a valid access token that meets the requirement, and sets `req.bearer`. A
 * refusal goes to `next` with status 401, 403 or 503 and `WWW-Authenticate` (RFC 6750 section 3).
 *
 * Each call has a verifier of its own; an API with several routes takes {@link createBearerGuard}.
 *
 * @example
 * api.get('/reports', requireBearer({ scopes: ['read:reports'] }), sendReports)
 */
export function requireBearer(
  requirement: Requirement = {},
  options: BearerOptions = {},
): RequestHandler {
  return createBearerGuard(options)(requirement)
}

function guardWith(verifier: BearerVerifier): BearerGuard {
  return (requirement = {}) => {
    assertRequirement(requirement)
    return async (req, _res, next) => {
      try {
        req.bearer = await verifier.verify(viewExpressRequest(req), requirement)
      } catch (error) {
        next(error)
        return
      }
      next()
    }
  }
}
