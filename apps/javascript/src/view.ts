import { getFlag, type Session, type TrefoilError } from '@trefoil/core'
import type { AuthStore } from '@trefoil/core/frontend'
import { element } from './element.ts'
import type { Report } from './reports.ts'

/** The buttons of the header. */
export function accountView(store: AuthStore): Node[] {
  const { status } = store.getSnapshot()
  if (status === 'loading') return []
  if (status === 'authenticated') {
    return [button('Sign out', 'logout', 'quiet', () => store.logout())]
  }
  return [
    button('Sign in', 'login', 'quiet', () => store.login()),
    button('Register', 'register', '', () => store.register()),
  ]
}

/** What went wrong with a sign-in, and what to do. */
export function errorView(error: TrefoilError): Node[] {
  // The provider's own word, such as access_denied, tells more than that there was one.
  const code = 'error' in error && typeof error.error === 'string' ? error.error : error.code
  return [
    element('p', { class: 'notice', role: 'alert', 'data-testid': 'error-message' }, error.message),
    element('p', {}, error.wayOut),
    element(
      'p',
      { class: 'fine' },
      'Error code: ',
      element('code', { 'data-testid': 'error-code' }, code),
    ),
  ]
}

export function signedOutView(): Node[] {
  return [
    element(
      'p',
      { class: 'lead' },
      'You are signed out. Sign in: it brings you back to this page.',
    ),
  ]
}

/** Who is signed in, what they may do, and their organizations. */
export function sessionView(session: Session, store: AuthStore): Node[] {
  const { user, organization, permissions } = session
  return [
    element('h2', { id: 'you' }, 'You'),
    facts([
      ['Name', 'user-name', user.name ?? 'Not told'],
      ['Email', 'user-email', user.email ?? 'Not told'],
      ['Organization', 'organization', describe(organization)],
      ['Permissions', 'permissions', permissions.join(', ') || 'None'],
      [
        'Flag beta_dashboard',
        'flag-beta_dashboard',
        getFlag(session, 'beta_dashboard', false) ? 'on' : 'off',
      ],
      [
        'Access token, until',
        'access-token-expires-at',
        new Date(session.accessTokenExpiresAt * 1000).toISOString(),
      ],
    ]),
    button('Your profile and plan at Kinde', 'portal', 'quiet', () => store.openPortal()),
    element('h2', { id: 'organizations' }, 'Your organizations'),
    element(
      'ul',
      { class: 'rows' },
      ...session.organizations.map((entry) => row(entry, session, store)),
    ),
    createForm(store),
  ]
}

export function reportsView(reports: readonly Report[]): Node {
  return element(
    'table',
    { 'data-testid': 'reports' },
    ...reports.map(({ title, period, total }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, title),
        element('td', {}, period),
        element('td', { class: 'number' }, total),
      ),
    ),
  )
}

export function button(
  text: string,
  mark: string,
  kind: string,
  action: () => Promise<unknown>,
): Node {
  // What goes wrong is in the snapshot, and so on the page.
  const onclick = (): void => void action().catch(() => undefined)
  return element('button', { type: 'button', class: kind, 'data-testid': mark, onclick }, text)
}

function facts(entries: readonly (readonly [term: string, mark: string, text: string])[]): Node {
  const parts = entries.flatMap(([term, mark, text]) => [
    element('dt', {}, term),
    element('dd', { 'data-testid': mark }, text),
  ])
  return element('dl', { class: 'facts' }, ...parts)
}

function row(entry: Session['organizations'][number], session: Session, store: AuthStore): Node {
  const isCurrent = entry.code === session.organization?.code
  return element(
    'li',
    {},
    element('span', {}, describe(entry)),
    isCurrent
      ? element('span', { class: 'mark' }, 'Current')
      : button(`Switch to ${entry.name ?? entry.code}`, `switch-${entry.code}`, 'quiet', () =>
          store.switchOrganization(entry.code),
        ),
  )
}

function createForm(store: AuthStore): Node {
  const name = document.createElement('input')
  Object.assign(name, { id: 'org_name', required: true, maxLength: 80 })
  const onsubmit = (event: Event): void => {
    event.preventDefault()
    void store.createOrganization({ name: name.value }).catch(() => undefined)
  }
  return element(
    'form',
    { class: 'inline', onsubmit },
    element('label', { for: 'org_name' }, 'Name'),
    name,
    element('button', {}, 'Create an organization'),
  )
}

function describe(organization: Session['organization']): string {
  return organization ? `${organization.name ?? ''} ${organization.code}`.trim() : 'None'
}
