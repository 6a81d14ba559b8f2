import { NextResponse } from 'next/server'
import { auth } from './lib/auth.ts'
import { createNoncePolicy, createStaticPolicy } from './lib/content-security-policy.ts'

// Serves /auth/*, renews sessions, and sends who is signed out to the login. The pages guard again, and
// they know which right each needs. /notes is guarded by its page and its action alone, so that the action
// can answer its form.
export default auth.proxy(
  {
    public: ['/static'],
    protect: [
      '/dashboard',
      '/reports',
      '/beta',
      '/organizations',
      '/pages-router',
      '/api/me',
      '/api/reports',
    ],
  },
  // What is let through goes on with a content security policy.
  async (request) => {
    const isStatic = request.nextUrl.pathname === '/static' && process.env.NODE_ENV === 'production'
    const policy = isStatic
      ? await createStaticPolicy('static')
      : createNoncePolicy(crypto.randomUUID())
    const headers = new Headers(request.headers)
    // Next reads the nonce here and gives it to the scripts of the page.
    headers.set('content-security-policy', policy)
    const response = NextResponse.next({ request: { headers } })
    response.headers.set('content-security-policy', policy)
    return response
  },
)

export const config = {
  // Everything but files, and what must answer in any case.
  matcher: [
    '/((?!_next/static/|_next/image|(?:healthz|icon\\.svg|style\\.css|pages-router\\.css)$).*)',
  ],
}
