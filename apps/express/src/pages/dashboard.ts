import { getFlag, type Session } from '@trefoil/core'
import { getAuth } from '@trefoil/express'
import type { RequestHandler } from 'express'
import { html, type Html } from '../html.ts'
import { sendPage } from '../layout.ts'

export const showDashboard: RequestHandler = (req, res) => {
  const { session } = getAuth(req)
  const content = session ? details(session) : html``
  sendPage(req, res, { title: 'Dashboard', session, content })
}

function details(session: Session): Html {
  const { user, organization, permissions, roles } = session
  const beta = getFlag(session, 'beta_dashboard', false)
  return html`
    <h2>You</h2>
    <dl class="facts">
      <dt>Name</dt>
      <dd data-testid="user-name">${user.name ?? 'Not told'}</dd>
      <dt>Email</dt>
      <dd data-testid="user-email">${user.email ?? 'Not told'}</dd>
      <dt>Organization</dt>
      <dd data-testid="organization">
        ${organization ? html`${organization.name} <code>${organization.code}</code>` : 'None'}
      </dd>
    </dl>
    <h2>What you may do</h2>
    <dl class="facts">
      <dt>Permissions</dt>
      <dd data-testid="permissions">${tags(permissions)}</dd>
      ${
        roles.length > 0 &&
        html`<dt>Roles</dt>
          <dd>${tags(roles)}</dd>`
      }
      <dt>Flag <code>beta_dashboard</code></dt>
      <dd data-testid="flag-beta_dashboard">${beta ? 'on' : 'off'}</dd>
    </dl>
    <h2>Your session</h2>
    <dl class="facts">
      <dt>Signed in</dt>
      <dd>${time(session.authenticatedAt)}</dd>
      <dt>Access token, until</dt>
      <dd data-testid="access-token-expires-at">${time(session.accessTokenExpiresAt)}</dd>
      <dt>Session, until</dt>
      <dd>${time(session.expiresAt)}</dd>
    </dl>
  `
}

function tags(keys: readonly string[]): Html {
  if (keys.length === 0) return html`None`
  return html`<ul class="tags">
    ${keys.map((key) => html`<li><code>${key}</code></li>`)}
  </ul>`
}

function time(seconds: number): Html {
  const iso = new Date(seconds * 1000).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`
}
