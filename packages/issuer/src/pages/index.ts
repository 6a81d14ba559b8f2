import type { Organization, User } from '../seed.ts'

const esc = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>${body}</html>`
const alert = (error?: string): string =>
  error === undefined ? '' : `<p role="alert">${esc(error)}</p>`

export function signInPage(view: {
  applicationName: string
  error?: string
  email: string
  users: User[]
  registerUrl: string
}): string {
  return page(
    'Sign in',
    `${alert(view.error)}<form method="post"><label>Email <input name="email" value="${esc(view.email)}"></label><label>Password <input type="password" name="password"></label><button>Sign in</button><button name="action" value="cancel" formnovalidate>Cancel</button></form><a href="${view.registerUrl}">Register</a>`,
  )
}
export function registerPage(view: {
  applicationName: string
  error?: string
  email: string
  givenName: string
  familyName: string
  signInUrl: string
}): string {
  return page(
    'Register',
    `${alert(view.error)}<form method="post"><input name="given_name" value="${esc(view.givenName)}"><input name="family_name" value="${esc(view.familyName)}"><input name="email" value="${esc(view.email)}"><input type="password" name="password"><button>Register</button><button name="action" value="cancel" formnovalidate>Cancel</button></form><a href="${view.signInUrl}">Sign in</a>`,
  )
}
export function organizationPage(view: {
  applicationName: string
  error?: string
  organizations: Organization[]
}): string {
  return page(
    'Choose',
    `${alert(view.error)}<form method="post">${view.organizations.map(({ code, name }) => `<button name="organization" value="${esc(code)}">${esc(name)}</button>`).join('')}<button name="action" value="cancel">Cancel</button></form>`,
  )
}
export function errorPage(view: { code: string; message: string }): string {
  return page(
    'Error',
    `<p data-testid="error-code">${esc(view.code)}</p><p data-testid="error-message">${esc(view.message)}</p>`,
  )
}
export function signedOutPage(_view: object): string {
  return page('Signed out', '')
}
export function portalPage(_view: object): string {
  return page('Portal', '')
}
export function pageHeaders(formTargets: string[]): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; form-action ${formTargets.join(' ') || "'none'"}; frame-ancestors 'none'`,
  }
}
