import type { Application } from './seed.ts'
import type { IssuerContext } from './context.ts'

/** Parameters of Kinde's authorization request that the provider does not know (KINDE-PROTOCOL section 2). */
export const kindeParameters: readonly string[] = [
  'org_code',
  'is_create_org',
  'org_name',
  'connection_id',
  'lang',
  'start_page',
  'has_success_page',
  'is_use_auth_success_page',
  'plan_interest',
  'pricing_table_key',
  'invitation_code',
  'is_invitation',
  'supports_reauth',
  'reauth_state',
  'workflow_deployment_id',
  'pages_mode',
]

/** Kinde's paths (KINDE-PROTOCOL section 1). */
export const paths = {
  authorization: '/oauth2/auth',
  token: '/oauth2/token',
  userinfo: '/oauth2/v2/user_profile',
  jwks: '/.well-known/jwks',
  revocation: '/oauth2/revoke',
  introspection: '/oauth2/introspect',
} as const

/** What carries the scopes of APIs past the provider, which forgets those it does not know itself. */
export const askedScopes = 'trefoil_asked_scopes'

/** Where the pages of a sign-in are. */
export const signInPath = '/sign-in'

/**
 * Says a request in the provider's words: the key set has two paths at Kinde, `audience` may repeat in
 * an authorization request, and older SDKs ask for registration with `start_page`. Where they ask for an
 * organization with it, somebody who is signed in creates one and registers nobody.
 */
export function translate(url: URL): void {
  if (url.pathname === `${paths.jwks}.json`) url.pathname = paths.jwks
  if (url.pathname !== paths.authorization) return
  const query = url.searchParams
  const audiences = splitAudiences(query.getAll('audience'))
  query.set(askedScopes, query.get('scope') ?? '')
  query.delete('audience')
  if (audiences.length > 0) query.set('audience', audiences.join(' '))
  const creates = query.get('is_create_org') === 'true'
  if (asksToRegister(query.get('start_page')) && !creates && !query.has('prompt')) {
    query.set('prompt', 'create')
  }
}

/** Whether a `start_page` begins with the registration. */
export function asksToRegister(startPage: unknown): boolean {
  return startPage === 'registration' || startPage === 'register'
}

/** The audiences of a parameter that may repeat and whose values may be several, by spaces. */
export function splitAudiences(values: unknown): string[] {
  return [...new Set((Array.isArray(values) ? values : [values]).flatMap(splitWords))]
}

/** The words of a text such as `scope`; anything that is no text has none. */
export function splitWords(value: unknown): string[] {
  return typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : []
}

/** The first audience that an application may not ask for. */
export function findForeignAudience(
  application: Application,
  audiences: readonly string[],
  { directory }: IssuerContext,
): string | undefined {
  const own = directory.apisOf(application, audiences)
  return audiences.find((audience) => !own.some((api) => api.audience === audience))
}
