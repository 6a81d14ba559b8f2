import { auth } from '../../../lib/auth.ts'

/** Sets a cookie of its own beside those of the session. */
export const GET = auth.route((_request, { session }) =>
  Response.json(
    { name: session.user.name },
    { headers: { 'set-cookie': 'theme=dark; Path=/', 'cache-control': 'public, max-age=60' } },
  ),
)
