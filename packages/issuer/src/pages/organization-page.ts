import type { Organization } from '../seed.ts'
import { cancelButton, cancelForm, problem } from './form.ts'
import { renderPage } from './frame.ts'
import { html } from './html.ts'

/** What the page of the organization choice shows. */
export interface OrganizationView {
  readonly applicationName: string
  readonly error?: string
  /** Those that the user belongs to. */
  readonly organizations: readonly Organization[]
}

/**
 * The page on which a user of several organizations chooses one. It posts `organization=<code>` or
 * `action=cancel` to its URL.
 */
export function organizationPage({
  applicationName,
  error,
  organizations,
}: OrganizationView): string {
  return renderPage(
    'Choose an organization',
    html`<p class="lead">to go on to <strong>${applicationName}</strong></p>
      ${problem(error)}
      <form method="post">
        <ul class="choices">
          ${organizations.map(
            ({ code, name }) =>
              html`<li>
                <button name="organization" value="${code}">
                  <strong>${name}</strong>
                  <span>${code}</span>
                </button>
              </li>`,
          )}
        </ul>
      </form>
      ${cancelForm}
      <p class="actions">${cancelButton}</p>`,
  )
}
