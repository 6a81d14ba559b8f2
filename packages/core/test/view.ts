import type { RequestView } from '../src/outcome.ts'

/** Makes a view of a request; a browser that goes to a page unless headers say otherwise. */
export function createView(
  headers: Readonly<Record<string, string>> = navigation,
  { method = 'GET', url = 'https://app.example/' }: { method?: string; url?: string } = {},
): RequestView {
  const all = new Headers(headers)
  return { method, url, header: (name) => all.get(name) ?? undefined }
}

/** What a browser sends when a person goes to a page. */
export const navigation: Readonly<Record<string, string>> = {
  accept: 'text/html,application/xhtml+xml',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
}
