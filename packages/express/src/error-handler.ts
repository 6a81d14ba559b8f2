import { type RequestView, TrefoilError } from '@trefoil/core'
import { createBackendApp } from '@trefoil/core/backend'
import type { ErrorRequestHandler, Request } from 'express'
import { applyOutcome } from './apply-outcome.ts'
import { binding } from './auth.ts'
import { viewExpressRequest } from './request-view.ts'

/**
 * Renders Trefoil's errors: a page for a person, JSON otherwise, with their status and headers. Other
 * errors, and those that come after the headers are sent, are passed on.
 *
 * @example
 * app.use(errorHandler())
 */
export function errorHandler(): ErrorRequestHandler {
  // Rendering reads no configuration, so an API without sessions can render as well.
  const renderer = createBackendApp()
  return (error, req, res, next) => {
    if (!(error instanceof TrefoilError) || res.headersSent) {
      next(error)
      return
    }
    const bound = req.auth?.[binding]
    const outcome = (bound?.app ?? renderer).renderError(
      bound?.view ?? viewFailedRequest(req, error),
      error,
    )
    applyOutcome(res, outcome)
  }
}

// Without trefoil() this is an API, or trefoil() itself failed. A failed page request still gets a page.
function viewFailedRequest(req: Request, error: TrefoilError): RequestView {
  const view = viewExpressRequest(req)
  return 'www-authenticate' in error.headers ? { ...view, header: () => undefined } : view
}
