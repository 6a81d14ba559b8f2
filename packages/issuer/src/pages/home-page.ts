import type { Application } from '../seed.ts'
import { renderPage } from './frame.ts'
import { html, type Html } from './html.ts'

/** What the issuer's own page shows. */
export interface HomeView {
  readonly issuerUrl: string
  readonly applications: readonly Application[]
}

/** The page at the issuer's URL, for somebody who wonders whether it runs: no secret is on it. */
export function homePage({ issuerUrl, applications }: HomeView): string {
  const signInAt = applications.filter(({ kind }) => kind !== 'machine')
  return renderPage(
    'It runs',
    html`<p class="lead">An application signs its users in here with this issuer URL:</p>
      <p><code>${issuerUrl}</code></p>
      <p>
        <a href="/.well-known/openid-configuration">What it offers</a>, as OpenID Connect Discovery
        tells it.
      </p>
      ${signInAt.length > 0 && listApplications(signInAt)}`,
  )
}

function listApplications(applications: readonly Application[]): Html {
  return html`<h2>Who may ask for a sign-in</h2>
    <dl>
      ${applications.map(
        ({ id, callbackUrls }) =>
          html`<dt>${id}</dt>
            <dd>${callbackUrls[0] !== undefined && linkSite(callbackUrls[0])}</dd>`,
      )}
    </dl>`
}

// An application on a phone has a callback of another scheme, where no browser can go.
function linkSite(callbackUrl: string): Html {
  const { origin } = new URL(callbackUrl)
  return origin === 'null' ? html`${callbackUrl}` : html`<a href="${origin}/">${origin}</a>`
}
