import { getAuth } from '@trefoil/express'
import type { RequestHandler } from 'express'
import { html, type Html } from '../html.ts'
import { sendPage } from '../layout.ts'

export const showHome: RequestHandler = (req, res) => {
  const { session, user } = getAuth(req)
  const who = user
    ? html`<p class="lead">
        You are signed in as <strong data-testid="user-name">${user.name ?? user.email}</strong>.
      </p>`
    : html`<p class="lead">
        You are signed out. Sign in, or open a page below: it brings you back after the login.
      </p>`
  sendPage(req, res, { title: 'Welcome', session, content: html`${who}${tour()}` })
}

const stops = [
  ['/dashboard', 'Dashboard', 'For everyone who is signed in: who you are and what you may do.'],
  [
    '/reports',
    'Reports',
    'Needs the permission read:reports. Calls an API with your access token.',
  ],
  ['/beta', 'Beta', 'Needs the feature flag beta_dashboard.'],
  ['/organizations', 'Organizations', 'Switch to another organization, or create one.'],
  ['/machine', 'Machine', 'What this server fetched with a token of its own. Public.'],
  ['/api/me', '/api/me', 'Your session as JSON: claims, no tokens. 401 when signed out.'],
  ['/api/reports', '/api/reports', 'The reports as JSON. 401 or 403 without the right.'],
] as const

function tour(): Html {
  const items = stops.map(
    ([path, label, text]) =>
      html`<li class="card">
        <a href="${path}">${label}</a>
        <p>${text}</p>
      </li>`,
  )
  return html`<h2>What there is to see</h2>
    <ul class="cards">
      ${items}
    </ul>`
}
