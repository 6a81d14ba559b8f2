import type { PageSettings } from './settings.ts'

/**
 * Headers of every answer. Scripts come from here alone and none stands in a page; the page may talk to
 * the issuer and the API, and to nobody else, so a script that slipped in could send a token nowhere.
 */
export function securityHeaders({ issuer, apiUrl }: PageSettings): Record<string, string> {
  const issuerOrigin = new URL(issuer).origin
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${issuerOrigin} ${new URL(apiUrl).origin}`,
    // A tab that has nothing else asks the issuer in a hidden frame, which comes back to /callback.
    `frame-src 'self' ${issuerOrigin}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
  return {
    'content-security-policy': policy,
    'cross-origin-opener-policy': 'same-origin',
    // The address of a callback holds a code for a moment: it is told to nobody.
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
  }
}
