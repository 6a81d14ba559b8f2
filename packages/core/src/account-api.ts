import { askAccountApi, invalidAccountAnswer } from './account-request.ts'
import type { JsonValue } from './decision.ts'
import { asObject, asText } from './internal/encoding.ts'
import { type PortalRequest, requestPortalLink } from './portal-link.ts'
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
  portalLink(options: PortalRequest): Promise<URL>
}

const pageSize = '100'
const maxPages = 100

/** Makes an {@link AccountApi} that asks with the access token of one user. */
export function createAccountApi(provider: Provider, accessToken: () => string): AccountApi {
  const ask: Ask = async (path, query) => askAccountApi(path, query, accessToken(), provider)
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
    portalLink: async (options) => requestPortalLink(options, accessToken(), provider),
  }
}

type Ask = (
  path: string,
  query: Readonly<Record<string, string>>,
) => Promise<Record<string, unknown>>

async function list(path: string, member: string, ask: Ask): Promise<Record<string, unknown>[]> {
  const entries: Record<string, unknown>[] = []
  let query: Record<string, string> = { page_size: pageSize }
  for (let page = 0; page < maxPages; page++) {
    const { data, metadata } = await ask(path, query)
    const values = asObject(data)?.[member]
    if (!Array.isArray(values)) throw invalidAccountAnswer(`no list of ${member}`)
    entries.push(...values.map((value: unknown) => asObject(value) ?? {}))
    const { has_more: hasMore, next_page_starting_after: next } = asObject(metadata) ?? {}
    if (hasMore !== true || asText(next) === undefined) return entries
    query = { page_size: pageSize, starting_after: String(next) }
  }
  throw invalidAccountAnswer(`more than ${maxPages} pages`)
}

function toEntry(value: Record<string, unknown>): AccountEntry {
  const key = asText(value['key'])
  if (key === undefined) throw invalidAccountAnswer('an entry without a key')
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
  if (featureKey === undefined) throw invalidAccountAnswer('an entitlement without a feature_key')
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
