import { readBearer, apiError, type Call, type Endpoint, json, readScopes } from './endpoint.ts'
import type { Organization, User } from '../seed.ts'

const largestPage = 500

/** The calls of Kinde's management API that the demos and the core make (KINDE-PROTOCOL section 9). */
export const managementEndpoints: readonly Endpoint[] = [
  endpoint('GET', 'users', 'read:users', (call) => {
    const email = call.query.get('email')?.toLowerCase()
    const { users } = call.context.directory.seed
    const found = users.filter((user) => email === undefined || user.email.toLowerCase() === email)
    return answerPage(call, 'users', found, (user) => toUser(user, call))
  }),
  endpoint('GET', 'user', 'read:users', (call) => {
    const user = call.context.directory.user(call.query.get('id'))
    return user ? json(toUser(user, call)) : notFound('user')
  }),
  endpoint('POST', 'users/([^/]+)/refresh_claims', 'update:user_refresh_claims', (call) => {
    const { directory } = call.context
    const user = directory.user(call.parameters[0])
    if (!user) return notFound('user')
    directory.activity(user).claimsVersion += 1
    return json({ code: 'OK', message: 'Claims refreshed' })
  }),
  endpoint('GET', 'organizations', 'read:organizations', (call) =>
    answerPage(call, 'organizations', call.context.directory.seed.organizations, toOrganization),
  ),
]

function endpoint(
  method: string,
  path: string,
  scope: string,
  answer: (call: Call) => Response,
): Endpoint {
  return {
    methods: [method],
    path: new RegExp(`^/api/v1/${path}$`),
    isForPages: false,
    async answer(call) {
      const claims = await readBearer(call)
      const audience = [claims?.aud ?? []].flat()
      const isMachine =
        Array.isArray(claims?.['gty']) && claims['gty'].includes('client_credentials')
      if (!claims || !isMachine || !audience.includes(call.context.managementAudience)) {
        return apiError(401, 'INVALID_TOKEN', 'A machine token for this API is needed.')
      }
      if (!readScopes(claims).includes(scope)) {
        return apiError(403, 'INSUFFICIENT_SCOPE', `The scope ${scope} is needed.`)
      }
      return answer(call)
    },
  }
}

function answerPage<Entry>(
  { query }: Call,
  name: string,
  entries: readonly Entry[],
  describe: (entry: Entry) => Record<string, unknown>,
): Response {
  const size = Number(query.get('page_size') ?? 10)
  const from = readToken(query.get('next_token'))
  if (!Number.isInteger(size) || size < 1 || size > largestPage || from === undefined) {
    return apiError(400, 'INVALID_PAGE', 'page_size or next_token is not valid.')
  }
  const until = from + size
  return json({
    code: 'OK',
    message: 'Success',
    [name]: entries.slice(from, until).map(describe),
    next_token: until < entries.length ? Buffer.from(String(until)).toString('base64url') : null,
  })
}

function readToken(token: string | null): number | undefined {
  if (token === null || token === '') return 0
  const from = Number(Buffer.from(token, 'base64url').toString() || Number.NaN)
  return Number.isInteger(from) && from > 0 ? from : undefined
}

function toUser(user: User, { query, context }: Call): Record<string, unknown> {
  const expand = (query.get('expand') ?? '').split(',')
  const activity = context.directory.activity(user)
  return {
    id: user.id,
    provided_id: null,
    email: user.email,
    first_name: user.givenName,
    last_name: user.familyName,
    is_suspended: false,
    picture: user.picture ?? null,
    total_sign_ins: activity.signIns,
    failed_sign_ins: activity.failedSignIns,
    last_signed_in:
      activity.lastSignedInAt === undefined
        ? null
        : new Date(activity.lastSignedInAt).toISOString(),
    created_on: new Date(activity.createdAt).toISOString(),
    ...(expand.includes('organizations') && {
      organizations: user.memberships.map(({ organization }) => organization),
    }),
    ...(expand.includes('identities') && {
      identities: [{ type: 'email', identity: user.email }],
    }),
  }
}

function toOrganization({ code, name, isDefault }: Organization): Record<string, unknown> {
  return { code, name, handle: null, is_default: isDefault ?? false, external_id: null }
}

function notFound(what: string): Response {
  return apiError(404, 'NOT_FOUND', `There is no such ${what}.`)
}
