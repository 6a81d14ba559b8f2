import { actions, cancelForm, field, problem } from './form.ts'
import { renderPage } from './frame.ts'
import { html, type Html } from './html.ts'

/** What the registration page shows. */
export interface RegisterView {
  readonly applicationName: string
  /** What was wrong with what was entered before. */
  readonly error?: string
  /** The input that was wrong. Default `email`. */
  readonly invalid?: 'email' | 'password'
  readonly email: string
  readonly givenName: string
  readonly familyName: string
  /** Where the sign-in page is. */
  readonly signInUrl: string
}

/**
 * The page on which somebody new registers. Its first form posts `given_name`, `family_name`, `email`
 * and `password` to the page's URL, the other `action=cancel`.
 */
export function registerPage(view: RegisterView): string {
  return renderPage(
    'Register',
    html`<p class="lead">to go on to <strong>${view.applicationName}</strong></p>
      ${problem(view.error)}
      <form method="post">
        <div class="names">${nameFields(view)}</div>
        ${credentialFields(view)} ${actions('Register')}
      </form>
      ${cancelForm}
      <p class="fine">Registered already? <a href="${view.signInUrl}">Sign in</a></p>`,
  )
}

function nameFields({ givenName, familyName }: RegisterView): Html {
  return html`${field({
    name: 'given_name',
    label: 'First name',
    type: 'text',
    autocomplete: 'given-name',
    value: givenName,
    isFocused: givenName === '',
  })}
  ${field({
    name: 'family_name',
    label: 'Last name',
    type: 'text',
    autocomplete: 'family-name',
    value: familyName,
  })}`
}

function credentialFields({ email, error, invalid = 'email' }: RegisterView): Html {
  const isInvalid = (name: string): boolean => error !== undefined && invalid === name
  return html`${field({
    name: 'email',
    label: 'Email',
    type: 'email',
    autocomplete: 'username',
    value: email,
    isInvalid: isInvalid('email'),
  })}
  ${field({
    name: 'password',
    label: 'Password',
    type: 'password',
    autocomplete: 'new-password',
    isInvalid: isInvalid('password'),
  })}`
}
