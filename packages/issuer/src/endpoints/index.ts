import type { IssuerContext } from '../context.ts'
import { accountEndpoints } from './account-api.ts'
import { type Endpoint, json } from './endpoint.ts'
import { homeEndpoint } from './home.ts'
import { introspectionEndpoints } from './introspection.ts'
import { managementEndpoints } from './management-api.ts'
import { portalEndpoints } from './portal.ts'
import { userProfileEndpoints } from './user-profile.ts'

const endpoints: readonly Endpoint[] = [
  homeEndpoint,
  ...userProfileEndpoints,
  ...introspectionEndpoints,
  ...accountEndpoints,
  ...managementEndpoints,
  ...portalEndpoints,
]

/** Answers what is Kinde's own, and `undefined` for what the provider answers. */
export async function answerEndpoint(
  request: Request,
  context: IssuerContext,
): Promise<Response | undefined> {
  const { pathname, searchParams: query } = new URL(request.url)
  const here = endpoints.filter(({ path }) => path.test(pathname))
  const [first] = here
  if (!first) return undefined
  if (first.isForPages && isPreflight(request)) return answerPreflight(first, request, context)
  const endpoint = here.find(({ methods }) => methods.includes(request.method))
  if (!endpoint) return refuseMethod(here)
  const [, ...parameters] = endpoint.path.exec(pathname) ?? []
  const response = await endpoint.answer({ request, query, parameters, context })
  if (endpoint.isForPages) allowOrigin(response.headers, request, context)
  return response
}

function isPreflight(request: Request): boolean {
  return request.method === 'OPTIONS' && request.headers.has('access-control-request-method')
}

function answerPreflight(
  { methods }: Endpoint,
  request: Request,
  context: IssuerContext,
): Response {
  const headers = new Headers()
  if (allowOrigin(headers, request, context)) {
    headers.set('access-control-allow-methods', methods.join(', '))
    headers.set('access-control-allow-headers', 'authorization, content-type, kinde-sdk')
    headers.set('access-control-max-age', '3600')
  }
  return new Response(null, { status: 204, headers })
}

function allowOrigin(headers: Headers, request: Request, { directory }: IssuerContext): boolean {
  headers.append('vary', 'Origin')
  const origin = request.headers.get('origin')
  if (origin === null || !directory.allowsOrigin(origin)) return false
  headers.set('access-control-allow-origin', origin)
  headers.set('access-control-expose-headers', 'WWW-Authenticate')
  return true
}

function refuseMethod(here: readonly Endpoint[]): Response {
  const allow = here.flatMap(({ methods }) => methods).join(', ')
  return json({ error: 'invalid_request' }, 405, { allow })
}
