import needs from '#trefoil/page-needs'
import { renderDevtools } from './devtools-page'
import { authOf } from './event-auth'
import { applyOutcome, defineHandler } from './h3'

/** The tab of Nuxt's devtools, for who sends the request; only there in development. */
export default defineHandler(async (event) => {
  const { session, state, error } = authOf(event)
  applyOutcome(event, {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
    cookies: [],
    body: renderDevtools({ session, state, error, needs, now: Date.now() }),
  })
})
