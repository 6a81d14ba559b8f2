import type { Session } from '@trefoil/core'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AuthContext, createAuth } from './auth.ts'
import { type AuthOptions, createAuthentication } from './authentication.ts'
import { assertOwnPage } from './own-page.ts'
import { watchAnswer } from './private-answer.ts'

/** Options of a server over HTTP. */
export interface RequestAuthOptions<Req extends IncomingMessage> extends AuthOptions {
  /**
   * Where the session is, for requests without a token; with `@trefoil/express`
   * `(req) => getAuth(req).session`. It counts for pages of the same origin alone: a cookie travels
   * with requests that other sites make. Default: no session.
   */
  session?: (req: Req) => Session | null | undefined
}

/** Makes the context of a request; rejects as {@link createAuthentication} says. */
export type AuthenticateRequest<Req extends IncomingMessage> = (
  req: Req,
  res: ServerResponse,
) => Promise<AuthContext>

/** Makes an {@link AuthenticateRequest}. */
export function createRequestAuthentication<Req extends IncomingMessage>(
  options: RequestAuthOptions<Req>,
): AuthenticateRequest<Req> {
  const { session: findSession, ...rest } = options
  const { authenticate } = createAuthentication(rest)
  return async (req, res) => {
    const readSession = (): Session | null | undefined => {
      const session = findSession?.(req)
      if (session) assertOwnPage(req)
      return session
    }
    const header = (name: string): string | undefined => readHeader(req, name)
    const caller = await authenticate({ header }, readSession)
    return { auth: createAuth(caller, { answer: watchAnswer(res) }) }
  }
}

function readHeader({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name.toLowerCase()]
  return Array.isArray(value) ? value.join(', ') : value
}
