import type { PageSettings } from '../server/settings.ts'

/** Reads what the server put into the page. */
export function readPageSettings(): PageSettings {
  const text = document.querySelector('meta[name="settings"]')?.getAttribute('content') ?? '{}'
  const values: Readonly<Record<string, string | undefined>> = JSON.parse(text)
  const read = (name: keyof PageSettings): string => values[name] ?? ''
  return {
    issuer: read('issuer'),
    preset: read('preset') === 'oidc' ? 'oidc' : 'kinde',
    clientId: read('clientId'),
    siteUrl: read('siteUrl'),
    postLogoutRedirectUrl: read('postLogoutRedirectUrl'),
    audience: read('audience'),
    scope: read('scope'),
    apiUrl: read('apiUrl'),
  }
}
