import { AccessDeniedError, isNavigation, TrefoilError } from '@trefoil/core'
import { getAuth } from '@trefoil/express'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import { html } from '../html.ts'
import { sendPage } from '../layout.ts'

/** 403 for people, naming the permission or the flag; everything else goes on. */
export const showAccessDenied: ErrorRequestHandler = (error: unknown, req, res, next) => {
  const isPage = isNavigation({
    method: req.method,
    url: req.originalUrl,
    header: (name) => req.get(name),
  })
  if (!(error instanceof AccessDeniedError) || !isPage || res.headersSent) {
    next(error)
    return
  }
  const { session } = getAuth(req)
  res.status(error.status)
  sendPage(req, res, {
    title: 'This is not yours to see',
    session,
    content: html`
      <p class="notice" data-testid="error-message">${error.message}</p>
      <p>${error.wayOut}</p>
      <p class="fine">Error code: <code data-testid="error-code">${error.code}</code></p>
    `,
  })
}

export const showNotFound: RequestHandler = (req, res) => {
  res.status(404)
  if (req.path.startsWith('/api/')) {
    res.json({ error: { code: 'not_found', message: 'There is no such resource.' } })
    return
  }
  sendPage(req, res, {
    title: 'Page not found',
    session: getAuth(req).session,
    content: html`
      <p data-testid="error-message">There is no page at this address.</p>
      <p><a href="/">Back to the start</a></p>
      <p class="fine">Error code: <code data-testid="error-code">not_found</code></p>
    `,
  })
}

/** The last resort: the log gets the error, the browser a plain page without its details. */
export const showFailure: ErrorRequestHandler = (error: unknown, req, res, next) => {
  if (res.headersSent) {
    next(error)
    return
  }
  const status = readStatus(error)
  if (status >= 500) console.error(`${req.method} ${req.path} failed:`, error)
  res.status(status)
  sendPage(req, res, {
    title: status >= 500 ? 'Something went wrong' : 'This request cannot be answered',
    session: null,
    content: html`
      <p data-testid="error-message">
        ${status >= 500 ? 'The trouble is on our side. Try again.' : 'Check the address and try again.'}
      </p>
      <p class="fine">
        Error code:
        <code data-testid="error-code"
          >${error instanceof TrefoilError ? error.code : `status_${status}`}</code
        >
      </p>
    `,
  })
}

// Express gives malformed requests a status of their own, such as 400 for a bad escape in the path.
function readStatus(error: unknown): number {
  const isObject = typeof error === 'object' && error !== null
  const status = isObject && 'status' in error ? error.status : 500
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500
}
