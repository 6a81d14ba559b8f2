import { toId } from '../directory.ts'
import type { Organization } from '../seed.ts'
import { apiError, type Call, type Caller, type Endpoint, json, readCaller } from './endpoint.ts'

type Entry = Readonly<Record<string, unknown>> & { readonly id: string }

const prefix = '/account_api/v1'

/** Kinde's account API, which asks with the user's own access token (KINDE-PROTOCOL section 8). */
export const accountEndpoints: readonly Endpoint[] = [
  list('permissions', ({ user, organization }, { directory }) => ({
    org_code: organization ?? null,
    permissions: directory
      .rights(user, organization)
      .permissions.map(({ key, name }) => ({ id: toId('perm', key), name, key })),
  })),
  list('roles', ({ user, organization }, { directory }) => ({
    org_code: organization ?? null,
    roles: directory
      .rights(user, organization)
      .roles.map(({ key, name }) => ({ id: toId('role', key), name, key })),
  })),
  list('feature_flags', ({ user, organization }, { directory }) => ({
    feature_flags: directory.rights(user, organization).flags.map(({ flag, value }) => ({
      id: toId('flag', flag.key),
      name: flag.name,
      key: flag.key,
      type: flag.type,
      value,
    })),
  })),
  // The seed has no properties, which is an answer that Kinde gives as well.
  list('properties', () => ({ properties: [] })),
  list('entitlements', ({ organization }, { directory }) => {
    const home = directory.organization(organization)
    return {
      org_code: organization ?? null,
      plans: toPlans(home),
      entitlements: toEntitlements(home),
    }
  }),
  endpoint('entitlement', async (caller, { query, context }) => {
    const home = context.directory.organization(caller.organization)
    const key = query.get('key')
    const entitlement = toEntitlements(home).find(({ feature_key: known }) => known === key)
    if (!entitlement) return apiError(404, 'ENTITLEMENT_NOT_FOUND', 'There is no such entitlement.')
    return json({ data: { org_code: caller.organization ?? null, entitlement }, metadata: {} })
  }),
]

/** An endpoint of the account API, which answers for the user who calls. */
export function endpoint(
  name: string,
  answer: (caller: Caller, call: Call) => Promise<Response>,
): Endpoint {
  return {
    methods: ['GET'],
    path: new RegExp(`^${prefix}/${name}$`),
    isForPages: true,
    async answer(call) {
      const caller = await readCaller(call)
      if (!caller)
        return apiError(401, 'INVALID_TOKEN', 'A valid access token of a user is needed.')
      return answer(caller, call)
    },
  }
}

function list(
  name: string,
  read: (caller: Caller, context: Call['context']) => Record<string, unknown>,
): Endpoint {
  return endpoint(name, async (caller, { query, context }) => {
    const data = read(caller, context)
    const page = takePage(isEntries(data[name]) ? data[name] : [], query)
    if (!page) return apiError(400, 'INVALID_PAGE', 'page_size or starting_after is not valid.')
    return json({
      data: { ...data, [name]: page.entries },
      metadata: {
        has_more: page.hasMore,
        next_page_starting_after: page.entries.at(-1)?.id ?? null,
      },
    })
  })
}

function takePage(
  entries: readonly Entry[],
  query: URLSearchParams,
): { entries: Entry[]; hasMore: boolean } | undefined {
  const size = Number(query.get('page_size') ?? 10)
  if (!Number.isInteger(size) || size < 1) return undefined
  const after = query.get('starting_after')
  const at = after === null ? -1 : entries.findIndex(({ id }) => id === after)
  if (after !== null && at < 0) return undefined
  const rest = entries.slice(at + 1)
  return { entries: rest.slice(0, size), hasMore: rest.length > size }
}

function isEntries(value: unknown): value is readonly Entry[] {
  return Array.isArray(value)
}

function toPlans(organization: Organization | undefined): Record<string, unknown>[] {
  const plan = organization?.plan
  return plan ? [{ key: plan.key, name: plan.name, subscribed_on: '2025-06-01T12:00:00Z' }] : []
}

function toEntitlements(
  organization: Organization | undefined,
): (Entry & { feature_key: string })[] {
  return (organization?.entitlements ?? []).map(({ key, name, limitMax, limitMin }) => ({
    id: toId('entitlement', key),
    fixed_charge: null,
    price_name: name,
    unit_amount: null,
    feature_key: key,
    feature_name: name,
    entitlement_limit_max: limitMax,
    entitlement_limit_min: limitMin ?? null,
  }))
}
