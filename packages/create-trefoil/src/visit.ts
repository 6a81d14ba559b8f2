import type { RequestView } from '@trefoil/core'

/** What a browser says when a person goes to a page. */
export const navigation: Readonly<Record<string, string>> = {
  accept: 'text/html',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
}

/** The request of a person who goes to a page, with the cookies that were set before. */
export function visit(url: string, cookie?: string): RequestView {
  const headers: Readonly<Record<string, string>> = cookie ? { ...navigation, cookie } : navigation
  return { method: 'GET', url, header: (name) => headers[name.toLowerCase()] }
}
