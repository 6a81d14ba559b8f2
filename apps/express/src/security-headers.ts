import type { RequestHandler } from 'express'

/** Headers of every answer. There is no script on any page, so none is let in. */
export function securityHeaders(formOrigins: readonly string[]): RequestHandler {
  // Chromium holds form-action against redirects too, and signing out leads by the issuer to
  // where a logout ends.
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    ['form-action', "'self'", ...formOrigins].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  return (_req, res, next) => {
    res.set({
      'content-security-policy': policy,
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    next()
  }
}
