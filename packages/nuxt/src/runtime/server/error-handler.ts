import { isNavigation, TrefoilError } from '@trefoil/core'
import { siteOrigin, useBackendApp } from './backend'
import { applyOutcome, findOutcome, type H3Event, viewEvent } from './h3'

/**
 * Answers what our guards refuse as the core says, and JSON for an error of Trefoil's that a handler let
 * through; a page for every other error is Nuxt's.
 */
export default function answerError(error: Error, event: H3Event): void {
  if (event.handled) return
  const outcome = findOutcome(error)
  if (outcome) {
    applyOutcome(event, outcome)
    return
  }
  if (!(error.cause instanceof TrefoilError)) return
  const app = useBackendApp(event)
  const view = viewEvent(event, siteOrigin(app))
  if (!isNavigation(view)) applyOutcome(event, app.renderError(view, error.cause))
}
