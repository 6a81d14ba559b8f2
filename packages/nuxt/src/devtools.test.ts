import type { Session } from '@trefoil/core'
import { describe, expect, it } from 'vitest'
import { listNeeds } from './devtools'
import { type DevtoolsView, renderDevtools } from './runtime/server/devtools-page'

const session: Session = {
  user: {
    id: 'kp_1',
    name: '<b>Olivia</b>',
    givenName: null,
    familyName: null,
    email: null,
    emailVerified: null,
    picture: null,
  },
  organization: { code: 'org_acme', name: null },
  organizations: [],
  permissions: ['read:reports'],
  roles: [],
  flags: { beta_dashboard: true },
  scopes: ['openid'],
  authenticatedAt: 1_000_000,
  accessTokenExpiresAt: 1_003_600,
  expiresAt: 1_086_400,
}
const view: DevtoolsView = {
  session,
  state: 'current',
  error: undefined,
  needs: [],
  now: 1_000_600_000,
}

describe('the tab of the devtools', () => {
  it('shows claims, permissions and flags, as text', () => {
    const html = renderDevtools(view)
    expect(html).toContain('&lt;b&gt;Olivia&lt;/b&gt;')
    expect(html).not.toContain('<b>Olivia')
    for (const text of ['org_acme', 'read:reports', 'beta_dashboard']) expect(html).toContain(text)
  })

  it('tells when the access token and the session end', () => {
    const html = renderDevtools(view)
    expect(html).toContain('1970-01-12T14:46:40.000Z (in 50 min)')
    expect(html).toContain('(10 min ago)')
  })

  it('says what a page needs, and whether this session meets it', () => {
    const pages = [
      { path: '/', needs: [] },
      { path: '/reports', needs: [true, { permissions: ['read:reports'] }] },
      { path: '/write', needs: [{ permissions: ['write:reports'] }] },
      { path: '/wrong', needs: ['read:reports'] },
      { path: '/unknown', needs: [{ permision: ['read:reports'] }] },
    ]
    const html = renderDevtools({ ...view, needs: pages })
    const shown = [...html.matchAll(/<td>(\/\w*)<\/td><td>.*?<\/td><td>(\w+)/g)]
    expect(shown.map(([, path, isOpen]) => [path, isOpen])).toEqual([
      ['/', 'yes'],
      ['/reports', 'yes'],
      ['/write', 'no'],
      ['/wrong', 'no'],
      ['/unknown', 'no'],
    ])
  })

  it('says that nobody is signed in', () => {
    const pages = [{ path: '/dashboard', needs: [true] }]
    const html = renderDevtools({ ...view, session: null, state: 'anonymous', needs: pages })
    expect(html).toContain('Nobody is signed in.')
    expect(html).toContain('<td>no</td>')
  })
})

it('a page needs what the pages around it need as well', () => {
  const pages = [
    { path: '/', meta: {} },
    {
      path: '/team',
      meta: { auth: true },
      children: [{ path: 'members', meta: { auth: { roles: ['admin'] } } }],
    },
  ]
  expect(listNeeds(pages)).toEqual([
    { path: '/', needs: [] },
    { path: '/team', needs: [true] },
    { path: '/team/members', needs: [true, { roles: ['admin'] }] },
  ])
})
