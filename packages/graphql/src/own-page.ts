import { TrefoilError } from '@trefoil/core'
import type { IncomingMessage } from 'node:http'

/**
 * Throws `origin_refused` (403) when a request that brings a cookie may come from a page of another
 * site. The browser says so in Fetch Metadata or `Origin`; where it says neither, the content type must
 * be one that a form cannot send.
 */
export function assertOwnPage(req: IncomingMessage): void {
  if (!isOwnPage(req)) throw new TrefoilError('origin_refused')
}

function isOwnPage({ headers, method }: IncomingMessage): boolean {
  const { 'sec-fetch-site': site, origin, host } = headers
  // `none` is a person who typed the address.
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  if (origin !== undefined) return URL.canParse(origin) && new URL(origin).host === host
  return method === 'GET' || !isFormType(headers['content-type'])
}

// What a page may send to another site without asking first (the Fetch standard, section 2.2.2).
function isFormType(contentType = ''): boolean {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return ['', 'application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'].includes(
    type,
  )
}
