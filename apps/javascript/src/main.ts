import { createFrontendApp, type RefreshTokenStorage } from '@trefoil/core/frontend'
import { element } from './element.ts'
import { fetchReports } from './reports.ts'
import { readPageSettings } from './settings.ts'
import { accountView, button, errorView, reportsView, sessionView, signedOutView } from './view.ts'

const { apiUrl, issuer, preset, clientId, audience, storage } = readPageSettings()

const app = createFrontendApp({
  issuer,
  preset,
  clientId,
  audience,
  // The only other place that the access token may be sent to.
  allowedOrigins: [new URL(apiUrl).origin],
  ...(isStorage(storage) && { storage }),
})

const account = document.querySelector('#account')
const content = document.querySelector('#content')
const reports = element('div')

app.subscribe(render)
render()
await app.start()

function render(): void {
  const { status, session, error, isStale } = app.getSnapshot()
  account?.replaceChildren(...accountView(app))
  if (session === null) reports.replaceChildren()
  content?.replaceChildren(
    ...(error && !isStale ? errorView(error) : []),
    ...(isStale ? [notice('The provider cannot be reached. You are still signed in.')] : []),
    ...(session ? [...sessionView(session, app), element('h2', { id: 'reports' }, 'Reports')] : []),
    ...(session ? [button('Fetch the reports', 'fetch-reports', '', showReports), reports] : []),
    ...(status === 'unauthenticated' && !error ? signedOutView() : []),
  )
}

async function showReports(): Promise<void> {
  try {
    reports.replaceChildren(reportsView(await fetchReports(app, apiUrl)))
  } catch (error) {
    reports.replaceChildren(notice(error instanceof Error ? error.message : 'Try again.'))
  }
}

function isStorage(text: string): text is RefreshTokenStorage {
  return text !== ''
}

function notice(text: string): Node {
  return element('p', { class: 'notice', role: 'alert', 'data-testid': 'error-message' }, text)
}
