import type { User } from '../seed.ts'
import { actions, cancelForm, field, problem } from './form.ts'
import { renderPage } from './frame.ts'
import { html, type Html } from './html.ts'

/** What the sign-in page shows. */
export interface SignInView {
  readonly applicationName: string
  /** What was wrong with what was entered before. */
  readonly error?: string
  /** What the email begins as: the hint, or what was entered before. */
  readonly email: string
  /**
   * Whom a button signs in without a password: those of the seed, not those who registered. A button
   * posts `user=<id>` to the page's URL, and neither `email` nor `password`.
   */
  readonly users: readonly User[]
  /** Where the registration page is. */
  readonly registerUrl: string
}

const mostListed = 12

/**
 * The page on which a user signs in. Its first form posts `email` and `password` to the page's URL, the
 * others `action=cancel` or `user=<id>`.
 */
export function signInPage(view: SignInView): string {
  const { applicationName, error, registerUrl, users } = view
  return renderPage(
    'Sign in',
    html`<p class="lead">to go on to <strong>${applicationName}</strong></p>
      ${problem(error)}
      <div class="columns">
        <div>
          ${signInForm(view)} ${cancelForm}
          <p class="fine">New here? <a href="${registerUrl}">Register</a></p>
        </div>
        ${users.length > 0 && listUsers(users)}
      </div>`,
  )
}

function signInForm({ email, error }: SignInView): Html {
  const isInvalid = error !== undefined
  return html`<form method="post">
    ${field({
      name: 'email',
      label: 'Email',
      type: 'email',
      autocomplete: 'username',
      value: email,
      isFocused: email === '',
      isInvalid,
    })}
    ${field({
      name: 'password',
      label: 'Password',
      type: 'password',
      autocomplete: 'current-password',
      isFocused: email !== '',
      isInvalid,
    })}
    ${actions('Sign in')}
  </form>`
}

function listUsers(users: readonly User[]): Html {
  const others = users.length - mostListed
  return html`<section aria-labelledby="users">
    <h2 id="users">Or go in at once as</h2>
    <form method="post">
      <ul class="choices">
        ${users.slice(0, mostListed).map((user) => html`<li>${userButton(user)}</li>`)}
      </ul>
    </form>
    ${others > 0 && html`<p class="fine">The seed has ${others} more.</p>`}
  </section>`
}

function userButton({ id, email, givenName, familyName, memberships }: User): Html {
  const places = memberships.map(
    ({ organization, roles }) => `${roles.join(' and ') || 'no role'} in ${organization}`,
  )
  return html`<button name="user" value="${id}">
    <strong>${givenName} ${familyName}</strong>
    <span>${email}</span>
    <span>${places.join(', ') || 'in no organization'}</span>
  </button>`
}
