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

/**
 * Says an authorization request in the provider's words: `audience` may repeat at Kinde, and its older
 * SDKs ask for registration with `start_page`.
 */
export function translateAuthorization(url: URL): void {
  const query = url.searchParams
  const audiences = splitAudiences(query.getAll('audience'))
  query.delete('audience')
  if (audiences.length > 0) query.set('audience', audiences.join(' '))
  const asksToRegister = ['registration', 'register'].includes(query.get('start_page') ?? '')
  if (asksToRegister && !query.has('prompt')) query.set('prompt', 'create')
}

/** The audiences of a parameter that may repeat and whose values may be several, by spaces. */
export function splitAudiences(values: unknown): string[] {
  const texts = (Array.isArray(values) ? values : [values]).filter(
    (value) => typeof value === 'string',
  )
  return [...new Set(texts.flatMap((text) => text.split(' ')).filter((text) => text !== ''))]
}

/** The first audience that an application may not ask for. */
export function findForeignAudience(
  application: Application,
  audiences: readonly string[],
  { directory }: IssuerContext,
): string | undefined {
  return audiences.find(
    (audience) =>
      !directory.api(audience) || !application.apis.some((api) => api.audience === audience),
  )
}
