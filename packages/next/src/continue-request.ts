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
  authentication: Authentication,
  isGuarded: boolean,
  handler: NextHandler | undefined,
): Promise<Response> {
  const { cookies, session } = authentication
  const headers = needsTelling(request, authentication) ? tell(request, cookies) : undefined
  const onward = NextResponse.next(headers && { request: { headers } })
  const own = await handler?.(new NextRequest(request, headers && { headers }), { session })
  const response = own ? withRequest(own, onward) : onward
  if (isGuarded || cookies.length > 0) markPrivate(response.headers, cookies)
  return response
}

// Next makes a request with other headers anew, which takes longer than all that is done here. It is spared
// where its own headers say everything: who has a session and a token is sent nowhere, so the page needs
// no path to have them come back to. A path that a visitor made up is always replaced.
function needsTelling(request: Request, authentication: Authentication): boolean {
  if (authentication.cookies.length > 0 || request.headers.has(pathHeader)) return true
  try {
    authentication.getAccessToken()
    return false
  } catch {
    return true
  }
}

function tell(request: Request, cookies: Authentication['cookies']): Headers {
  const headers = new Headers(request.headers)
  const { pathname, search } = new URL(request.url)
  headers.set(pathHeader, `${pathname}${search}`)
  if (cookies.length === 0) return headers
  const cookie = updateCookieHeader(headers.get('cookie') ?? undefined, cookies)
  if (cookie === undefined) headers.delete('cookie')
  else headers.set('cookie', cookie)
  return headers
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
