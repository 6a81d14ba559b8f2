import type { Organization, Session } from '@trefoil/core'
import { getAuth } from '@trefoil/express'
import type { RequestHandler } from 'express'
import { html, type Html } from '../html.ts'
import { sendPage } from '../layout.ts'

export const showOrganizations: RequestHandler = (req, res) => {
  const { session } = getAuth(req)
  const content = html`${session && list(session)}${createForm()}`
  sendPage(req, res, { title: 'Organizations', session, content })
}

function list({ organization, organizations }: Session): Html {
  const current = organization?.code
  return html`
    <p class="lead">
      You are signed in to
      <strong data-testid="organization"
        >${organization ? html`${organization.name} <code>${organization.code}</code>` : 'no organization'}</strong
      >.
    </p>
    <h2>Your organizations</h2>
    <ul class="rows">
      ${organizations.map((entry) => row(entry, entry.code === current))}
    </ul>
  `
}

// A login like any other: Kinde issues tokens for the other organization.
function row({ code, name }: Organization, isCurrent: boolean): Html {
  const action = isCurrent
    ? html`<span class="mark">Current</span>`
    : html`<form action="/auth/switch-organization">
        <input type="hidden" name="org_code" value="${code}" />
        <input type="hidden" name="returnTo" value="/organizations" />
        <button class="quiet">Switch<span class="hidden"> to ${name ?? code}</span></button>
      </form>`
  return html`<li>
    <span>${name} <code>${code}</code></span
    >${action}
  </li>`
}

function createForm(): Html {
  return html`
    <h2>Create an organization</h2>
    <form class="inline" action="/auth/create-organization">
      <input type="hidden" name="returnTo" value="/organizations" />
      <label for="org_name">Name</label>
      <input id="org_name" name="org_name" required maxlength="80" autocomplete="organization" />
      <button>Create</button>
    </form>
  `
}
