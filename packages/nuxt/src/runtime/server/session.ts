import type { Requirement, Session } from '@trefoil/core'
import { TrefoilError } from '@trefoil/core'
import { authOf } from './event-auth'
import { createRefusal, type H3Event } from './h3'

/**
 * The session of a request, or null when nobody is signed in. Throws `configuration_invalid` on a page
 * that is prerendered or cached.
 *
 * @example
 * export default defineEventHandler((event) => ({ name: getAuthSession(event)?.user.name }))
 */
export function getAuthSession(event: H3Event): Session | null {
  return authOf(event).session
}

/**
 * The session of somebody who meets the requirement. Else the handler ends here: nobody signed in is
 * sent to the login for a page, and gets 401 JSON otherwise; who lacks a right gets 403 that names it.
 * Throws `configuration_invalid` for a requirement that it does not know.
 *
 * @example
 * export default defineEventHandler(async (event) => {
 *   const session = await requireAuth(event, { permissions: ['read:reports'] })
 *   return loadReports(session.organization?.code)
 * })
 */
export async function requireAuth(event: H3Event, requirement?: Requirement): Promise<Session> {
  const auth = authOf(event)
  const refusal = auth.refuse(requirement)
  if (refusal) throw createRefusal(refusal)
  const { session } = auth
  if (session) return session
  throw new TrefoilError('not_authenticated')
}

/**
 * The access token of who sent the request, for a call to an API. Throws `not_authenticated`, and
 * `access_token_expired` when it could not be renewed.
 *
 * @example
 * const reports = await $fetch('https://reports.example/reports', {
 *   headers: { authorization: `Bearer ${getAccessToken(event)}` },
 * })
 */
export function getAccessToken(event: H3Event): string {
  return authOf(event).getAccessToken()
}
