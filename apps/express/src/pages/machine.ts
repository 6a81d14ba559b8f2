import { TrefoilError } from '@trefoil/core'
import { getAuth } from '@trefoil/express'
import type { RequestHandler } from 'express'
import { html, type Html } from '../html.ts'
import { sendPage } from '../layout.ts'
import type { Machine } from '../settings.ts'
import { fetchUsers, type ListedUser } from '../users.ts'

export function showMachine(machine: Machine | undefined): RequestHandler {
  return async (req, res) => {
    const { session } = getAuth(req)
    const content = machine ? await load(machine, res.status.bind(res)) : notConfigured()
    sendPage(req, res, { title: 'Machine to machine', session, content })
  }
}

async function load(machine: Machine, setStatus: (code: number) => unknown): Promise<Html> {
  try {
    return listUsers(await fetchUsers(machine))
  } catch (error) {
    setStatus(502)
    const wayOut = error instanceof TrefoilError ? error.wayOut : ''
    const message = error instanceof Error ? error.message : 'The call failed.'
    return html`<p class="notice" role="alert" data-testid="error-message">${message} ${wayOut}</p>`
  }
}

function listUsers(users: readonly ListedUser[]): Html {
  const items = users.map(
    ({ name, organizations }) =>
      html`<li>
        <span>${name}</span
        ><span class="mark"
          >${organizations} ${organizations === 1 ? 'organization' : 'organizations'}</span
        >
      </li>`,
  )
  return html`
    <p class="lead">
      This server asked Kinde's management API with a token of its own. Nobody needs to be signed
      in.
    </p>
    <section data-testid="machine-result">
      <h2>${users.length} ${users.length === 1 ? 'user' : 'users'}</h2>
      <ul class="rows">
        ${items}
      </ul>
    </section>
  `
}

function notConfigured(): Html {
  return html`<p class="notice" data-testid="machine-result">
    No machine-to-machine application is set. Create one in Kinde with the scope
    <code>read:users</code> of the management API and set <code>KINDE_M2M_CLIENT_ID</code> and
    <code>KINDE_M2M_CLIENT_SECRET</code>.
  </p>`
}
