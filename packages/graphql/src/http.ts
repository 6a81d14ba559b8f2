import { TrefoilError } from '@trefoil/core'
import type { Request, Response } from 'graphql-http'
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AuthContext } from './auth.ts'
import { type Refusal, toRefusal } from './refusal.ts'
import { createRequestAuthentication, type RequestAuthOptions } from './request-authentication.ts'

/** Options of {@link createHttpContext}. */
export type HttpContextOptions<Req extends IncomingMessage = IncomingMessage> =
  RequestAuthOptions<Req>

/**
 * Makes the context function of a `graphql-http` handler, on Express or on Node's own server. Nothing
 * is read or fetched before the first request.
 *
 * A token that is no good is answered with 401 and `WWW-Authenticate` before anything is executed, and
 * with 503 and `Retry-After` when the key set cannot be had. Throws {@link ConfigurationError} at once
 * for an option that does not exist.
 *
 * @example
 * const context = createHttpContext({ audience: 'https://reports.example' })
 * app.all('/graphql', createHandler({ schema: protectSchema(schema), context }))
 */
export function createHttpContext<Req extends IncomingMessage = IncomingMessage>(
  options: HttpContextOptions<Req> = {},
): (req: Request<Req, { res: ServerResponse }>) => Promise<AuthContext | Response> {
  const authenticate = createRequestAuthentication(options)
  return async ({ raw, context: { res } }) => {
    try {
      return await authenticate(raw, res)
    } catch (error) {
      if (error instanceof TrefoilError) return toResponse(toRefusal(error), raw.headers.accept)
      throw error
    }
  }
}

function toResponse({ error, status, headers }: Refusal, accept = ''): Response {
  const isNewType = accept.includes('application/graphql-response+json')
  const type = isNewType ? 'application/graphql-response+json' : 'application/json'
  return [
    JSON.stringify({ errors: [error] }),
    {
      status,
      statusText: STATUS_CODES[status] ?? '',
      headers: { ...headers, 'content-type': `${type}; charset=utf-8` },
    },
  ]
}
