import { isPassive, type RequestView } from '@trefoil/core'
import type { Authentication, BackendApp } from '@trefoil/core/backend'
import { siteOrigin, useBackendApp } from '../../backend'
import { carry, createEventAuth } from '../../event-auth'
import { isGuardedPage } from '../../guarded-page'
import { applyOutcome, createRefusal, defineHandler, viewEvent } from '../../h3'
import { isShared } from '../../shared-page'

/** Serves our routes, sets `event.context.auth`, and renews the session when it is due. */
export default defineHandler(async (event) => {
  const app = useBackendApp(event)
  const view = viewEvent(event, import.meta.prerender ? 'http://localhost' : siteOrigin(app))
  const outcome = import.meta.prerender ? undefined : await app.handle(view)
  if (outcome) {
    applyOutcome(event, outcome)
    return
  }
  const isForAll = isShared(event)
  // Who may see it is not known here, so the browser renders the page, once it has asked.
  if (isForAll && isGuardedPage(event)) event.context.nuxt = { ...event.context.nuxt, noSSR: true }
  const authentication = isForAll ? undefined : await authenticate(app, view)
  event.context.auth = createEventAuth(app, view, event, authentication)
  if (authentication) carry(event, authentication)
})

async function authenticate(app: BackendApp, view: RequestView): Promise<Authentication> {
  try {
    return isPassive(view) ? await app.read(view) : await app.refresh(view)
  } catch (error) {
    throw createRefusal(app.renderError(view, error))
  }
}
