import type { JsonValue } from './decision.ts'
import { TrefoilError } from './errors.ts'
import { asObject, asText } from './internal/encoding.ts'
import { withRetry } from './internal/http.ts'
import type { Provider } from './provider.ts'

/** A permission or role as the account API lists it. */
export interface AccountEntry {
  readonly id: string
  readonly key: string
  readonly name: string | null
}

/** A feature flag as the account API lists it. */
export interface AccountFlag extends AccountEntry {
  readonly type: string
  readonly value: JsonValue
}

/** What a plan lets a user or an organization use. */
export interface Entitlement {
  readonly featureKey: string
  readonly featureName: string | null
  /** Null when there is no upper limit. */
  readonly limitMax: number | null
  readonly limitMin: number | null
}

/** A page of Kinde's self-service portal. */
export type PortalPage =
  | 'profile'
  | 'organization_details'
  | 'organization_members'
  | 'organization_payment_details'
  | 'organization_plan_details'
  | 'organization_plan_selection'
  | 'payment_details'
  | 'plan_details'
  | 'plan_selection'

/**
 * Kinde's account API for the signed-in user: what is not in tokens (entitlements), and what may have
 * changed since they were issued. Lists are read to their end.
 *
 * Every method throws `feature_unavailable` with another preset than `kinde`, `account_api_failed`
 * when the API refuses, `provider_unavailable`, and `provider_response_invalid`. Source:
 * KINDE-PROTOCOL section 8.
 */
export interface AccountApi {
  /** What the plan of the user's organization includes. */
  entitlements(): Promise<Entitlement[]>
  /** One entitlement, or `undefined` when the plan does not include it. */
  entitlement(featureKey: string): Promise<Entitlement | undefined>
  permissions(): Promise<AccountEntry[]>
  roles(): Promise<AccountEntry[]>
  featureFlags(): Promise<AccountFlag[]>
  /**
   * A link that opens the portal once, on the issuer's site or a `kinde.com` one. `returnUrl` is
   * absolute: where the portal leads back to.
   */
  portalLink(options: { returnUrl: string; page?: PortalPage }): Promise<URL>
}

const pageSize = '100'
const maxPages = 100

/** Makes an {@link AccountApi} that asks with the access token of one user. */
export function createAccountApi(provider: Provider, accessToken: () => string): AccountApi {
  const ask: Ask = async (path, query) => request(path, query, accessToken, provider)
  const entitlements = async (): Promise<Entitlement[]> =>
    (await list('entitlements', 'entitlements', ask)).map(toEntitlement)

  return {
    entitlements,
    async entitlement(featureKey) {
      return (await entitlements()).find((entry) => entry.featureKey === featureKey)
    },
    permissions: async () => (await list('permissions', 'permissions', ask)).map(toEntry),
    roles: async () => (await list('roles', 'roles', ask)).map(toEntry),
    featureFlags: async () => (await list('feature_flags', 'feature_flags', ask)).map(toFlag),
    async portalLink({ returnUrl, page }) {
      const query = { return_url: returnUrl, ...(page !== undefined && { subnav: page }) }
      const { url } = await ask('portal_link', query)
      return toPortalUrl(url, provider)
    },
  }
}

type Ask = (
  path: string,
  query: Readonly<Record<string, string>>,
) => Promise<Record<string, unknown>>

async function request(
  path: string,
  query: Readonly<Record<string, string>>,
  accessToken: () => string,
  provider: Provider,
): Promise<Record<string, unknown>> {
  const { issuer, preset } = provider.config
  if (preset.name !== 'kinde') throw new TrefoilError('feature_unavailable')
  const url = new URL(`${issuer}/account_api/v1/${path}`)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const headers = { accept: 'application/json', authorization: `Bearer ${accessToken()}` }
  const response = await withRetry(() => provider.http(url, { headers }))
  if (response.status !== 200) throw refused(response.status)
  const body = asObject(await response.json().catch(() => undefined))
  if (!body) throw invalid('no JSON object')
  return body
}

async function list(path: string, member: string, ask: Ask): Promise<Record<string, unknown>[]> {
  const entries: Record<string, unknown>[] = []
  let query: Record<string, string> = { page_size: pageSize }
  for (let page = 0; page < maxPages; page++) {
    const { data, metadata } = await ask(path, query)
    const values = asObject(data)?.[member]
    if (!Array.isArray(values)) throw invalid(`no list of ${member}`)
    entries.push(...values.map((value: unknown) => asObject(value) ?? {}))
    const { has_more: hasMore, next_page_starting_after: next } = asObject(metadata) ?? {}
    if (hasMore !== true || asText(next) === undefined) return entries
    query = { page_size: pageSize, starting_after: String(next) }
  }
  throw invalid(`more than ${maxPages} pages`)
}

function toEntry(value: Record<string, unknown>): AccountEntry {
  const key = asText(value['key'])
  if (key === undefined) throw invalid('an entry without a key')
  return { id: asText(value['id']) ?? key, key, name: asText(value['name']) ?? null }
}

function toFlag(value: Record<string, unknown>): AccountFlag {
  const type = asText(value['type']) ?? 'unknown'
  return { ...toEntry(value), type, value: toJsonValue(value['value']) }
}

// What came out of JSON.parse is JSON; this tells the compiler so, level by level.
function toJsonValue(value: unknown): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return value
  if (Array.isArray(value)) return value.map(toJsonValue)
  const members = Object.entries(asObject(value) ?? {})
  return Object.fromEntries(members.map(([name, member]) => [name, toJsonValue(member)]))
}

function toEntitlement(value: Record<string, unknown>): Entitlement {
  const featureKey = asText(value['feature_key'])
  if (featureKey === undefined) throw invalid('an entitlement without a feature_key')
  return {
    featureKey,
    featureName: asText(value['feature_name']) ?? null,
    limitMax: toLimit(value['entitlement_limit_max']),
    limitMin: toLimit(value['entitlement_limit_min']),
  }
}

function toLimit(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

// The browser is sent there, so it must be a page of the issuer's or of Kinde's, whose portal may stay
// under its own domain when the issuer has a custom one (KINDE-PROTOCOL section 8).
function toPortalUrl(value: unknown, { config }: Provider): URL {
  const text = asText(value)
  if (text === undefined || !URL.canParse(text)) throw invalid('no portal URL')
  const url = new URL(text)
  const isKinde = url.protocol === 'https:' && url.hostname.endsWith('.kinde.com')
  const isOwn = url.origin === new URL(config.issuer).origin
  if ((isOwn || isKinde) && url.username === '' && url.password === '') return url
  throw invalid('a portal URL of another site')
}

function refused(status: number): TrefoilError {
  return new TrefoilError('account_api_failed', { cause: new Error(`status ${status}`) })
}

function invalid(reason: string): TrefoilError {
  return new TrefoilError('provider_response_invalid', {
    cause: new Error(`the account API answered with ${reason}`),
  })
}
