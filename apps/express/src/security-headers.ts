import type { RequestHandler } from 'express'

/** Headers of every answer. There is no script on any page, so none is let in. */
export function securityHeaders(issuerOrigin: string): RequestHandler {
  // Chromium holds form-action against redirects too, and signing out leads by the issuer.
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    `form-action 'self' ${issuerOrigin}`.trim(),
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
