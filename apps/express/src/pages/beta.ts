import { getAuth } from '@trefoil/express'
import type { RequestHandler } from 'express'
import { html } from '../html.ts'
import { sendPage } from '../layout.ts'

export const showBeta: RequestHandler = (req, res) => {
  const auth = getAuth(req)
  const content = html`
    <p class="lead">You see this because the flag <code>beta_dashboard</code> is on for you.</p>
    <dl class="facts">
      <dt>Flag <code>theme</code></dt>
      <dd>${auth.flag('theme', 'not set')}</dd>
      <dt>Flag <code>max_projects</code></dt>
      <dd>${auth.flag('max_projects', 1)}</dd>
    </dl>
  `
  sendPage(req, res, { title: 'Beta', session: auth.session, content })
}
