import type { NextAuthOptions } from '@trefoil/next'

/** Where `apps/api` answers. */
export const apiUrl: string = process.env['API_URL'] || 'http://localhost:4505'

/**
 * What `@trefoil/next` is told beside the environment. All demos share the host `localhost`, and cookies
 * ignore ports, so each has a cookie name of its own.
 */
export const authOptions: NextAuthOptions = { name: 'demo-next', apiOrigins: [apiUrl] }

/** Your Kinde domain, or the local issuer. */
export const issuer: string = process.env['KINDE_ISSUER_URL'] || ''

/**
 * For the content security policy: the origins that a form's redirects lead to. A sign-out is a form: it
 * leads by the issuer to where a logout ends, which may be another site.
 */
export const formOrigins: readonly string[] = [
  ...new Set(
    [issuer, process.env['KINDE_POST_LOGOUT_REDIRECT_URL'] || issuer]
      .filter((url) => URL.canParse(url))
      .map((url) => new URL(url).origin),
  ),
]
