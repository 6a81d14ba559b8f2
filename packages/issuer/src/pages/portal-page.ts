import type { Organization, User } from '../seed.ts'
import { renderPage } from './frame.ts'
import { html, type Html } from './html.ts'

/** What the portal shows. */
export interface PortalView {
  readonly user: User
  /** The organization the user is signed in to. */
  readonly organization: Organization | undefined
  /** The page of the portal that was asked for: Kinde's `subnav`, such as `plan_details`. */
  readonly page: string
  /** Where to go back to. */
  readonly returnUrl: string | undefined
}

/** The self-service portal: it shows what there is to manage and changes nothing. */
export function portalPage({ user, organization, page, returnUrl }: PortalView): string {
  const title = page.replaceAll('_', ' ')
  return renderPage(
    `Portal: ${title}`,
    html`<p class="lead">
        Where users of the real Kinde manage their account. This one only shows it.
      </p>
      <dl>
        <dt>Name</dt>
        <dd>${user.givenName} ${user.familyName}</dd>
        <dt>Email</dt>
        <dd>${user.email}</dd>
        ${organization && organizationFacts(organization)}
      </dl>
      ${
        returnUrl !== undefined &&
        html`<p class="actions"><a class="button" href="${returnUrl}">Go back</a></p>`
      }`,
  )
}

function organizationFacts({ code, name, plan, entitlements = [] }: Organization): Html {
  return html`<dt>Organization</dt>
    <dd>${name} <code>${code}</code></dd>
    <dt>Plan</dt>
    <dd>${plan?.name ?? 'none'}</dd>
    ${entitlements.map(
      (entitlement) =>
        html`<dt>${entitlement.name}</dt>
          <dd>${entitlement.limitMax === null ? 'no limit' : `up to ${entitlement.limitMax}`}</dd>`,
    )}`
}
