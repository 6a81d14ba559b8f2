import { NextResponse } from 'next/server'
import { auth } from './lib/auth.js'

const guard = auth.proxy({ protect: ['/session', '/client'] })

/** Trefoil's, and for one path a proxy that does nothing. `/bare` goes past it. */
export default async function proxy(request) {
  return new URL(request.url).pathname === '/empty' ? NextResponse.next() : guard(request)
}

export const config = { matcher: ['/empty', '/session', '/client', '/auth/:path*'] }
