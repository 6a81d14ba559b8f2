import { type Session, updateCookieHeader } from '@trefoil/core'
import type { Authentication } from '@trefoil/core/backend'
import { NextRequest, NextResponse } from 'next/server.js'
import { markPrivate } from './apply-outcome.ts'
import { pathHeader } from './current-request.ts'

/** What an application's own proxy is told. */
export interface ProxyContext {
  /** Who is signed in, after a renewal; null for nobody, and on public paths, where nobody looks. */
  readonly session: Session | null
}

/**
 * An application's own proxy, for what goes on: it may answer, rewrite or redirect, with the responses of
 * Next. The request that it is given has the renewed cookies.
 */
export type NextHandler = (
  request: NextRequest,
  context: ProxyContext,
) => Response | undefined | void | Promise<Response | undefined | void>

/** Lets a request go on with the cookies as they are now, and has the browser store them. */
export async function continueRequest(
  request: Request,
  { cookies, session }: Pick<Authentication, 'cookies' | 'session'>,
  isGuarded: boolean,
  handler: NextHandler | undefined,
): Promise<Response> {
  const headers = new Headers(request.headers)
  const { pathname, search } = new URL(request.url)
  headers.set(pathHeader, `${pathname}${search}`)
  if (cookies.length > 0) {
    const cookie = updateCookieHeader(headers.get('cookie') ?? undefined, cookies)
    if (cookie === undefined) headers.delete('cookie')
    else headers.set('cookie', cookie)
  }
  const onward = NextResponse.next({ request: { headers } })
  const own = await handler?.(new NextRequest(request, { headers }), { session })
  const response = own ? withRequest(own, onward) : onward
  if (isGuarded || cookies.length > 0) markPrivate(response.headers, cookies)
  return response
}

const override = 'x-middleware-override-headers'

// A response that lets the request go on tells Next its headers; where the application says nothing of
// them they are those with the renewed session. `x-middleware-next` itself is the application's to send.
function withRequest(own: Response, onward: Response): Response {
  const goesOn = own.headers.has('x-middleware-next') || own.headers.has('x-middleware-rewrite')
  const response = new NextResponse(own.body, own)
  if (!goesOn || own.headers.has(override)) return response
  for (const [name, value] of onward.headers) {
    if (name === override || name.startsWith('x-middleware-request-')) {
      response.headers.set(name, value)
    }
  }
  return response
}
