/** Where `apps/api` answers. */
export function readApiUrl(): string {
  return process.env['API_URL'] || 'http://localhost:4505'
}

/** Your Kinde domain, or the local issuer. */
export function readIssuer(): string {
  return (process.env['KINDE_ISSUER_URL'] || '').replace(/\/$/, '')
}

/**
 * For the content security policy: the origins that a form's redirects lead to. A sign-out is a form: it
 * leads by the issuer to where a logout ends, which may be another site.
 */
export function readFormOrigins(): string[] {
  const issuer = readIssuer()
  const urls = [issuer, process.env['KINDE_POST_LOGOUT_REDIRECT_URL'] || issuer]
  return [...new Set(urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin))]
}
