import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createSeed, type Organization, type User } from '../seed.ts'
import {
  errorPage,
  homePage,
  organizationPage,
  pageHeaders,
  portalPage,
  registerPage,
  signedOutPage,
  signInPage,
} from './index.ts'

const { users, organizations, applications } = createSeed()
const [user, application] = [takeFirst(users), takeFirst(applications)]

function takeFirst<Item>(items: readonly Item[]): Item {
  const [first] = items
  if (first === undefined) throw new Error('The seed has none.')
  return first
}

/** Every page with this text wherever a text can be. */
function renderAll(text: string): Record<string, string> {
  const organization: Organization = {
    code: text,
    name: text,
    plan: { key: text, name: text },
    entitlements: [{ key: text, name: text, limitMax: 1 }],
  }
  const user: User = {
    id: text,
    email: text,
    password: text,
    givenName: text,
    familyName: text,
    memberships: [{ organization: text, roles: [text] }],
  }
  const shared = { applicationName: text, error: text, email: text }
  return {
    signIn: signInPage({ ...shared, users: [user], registerUrl: text }),
    register: registerPage({ ...shared, givenName: text, familyName: text, signInUrl: text }),
    organization: organizationPage({ ...shared, organizations: [organization] }),
    home: homePage({
      issuerUrl: text,
      applications: [{ ...application, id: text, callbackUrls: [`app:${text}`] }],
    }),
    error: errorPage({ code: text, message: text }),
    signedOut: signedOutPage({ returnUrl: text }),
    portal: portalPage({ user, organization, page: text, returnUrl: text }),
  }
}

const signIn = (changes: Partial<Parameters<typeof signInPage>[0]> = {}): string =>
  signInPage({
    applicationName: 'Demo',
    email: '',
    users,
    registerUrl: '?page=register',
    ...changes,
  })

function readForms(page: string): string[] {
  return [...page.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].map(([form]) => form)
}

function readNames(markup: string): (string | undefined)[] {
  return [...markup.matchAll(/<input\b[^>]*\sname="([^"]*)"/g)].map(([, name]) => name)
}

describe('every page', () => {
  const pages = Object.entries(renderAll('plain'))

  it.each(pages)('%s is a whole, titled document with one heading', (_name, page) => {
    expect(page).toMatch(/^<!doctype html>\s*<html lang="en">/)
    expect(page).toMatch(/<title>[^<]+ · Local Kinde<\/title>/)
    expect(page.match(/<h1>/g)).toHaveLength(1)
    expect(page.match(/<main>/g)).toHaveLength(1)
    expect(page).toContain('for development')
  })

  it.each(pages)('%s needs nothing that the policy refuses', (_name, page) => {
    expect(page).not.toMatch(/<script|<img|<link|\sstyle=|\son[a-z]+=/)
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(page) ?? []
    const digest = createHash('sha256').update(style).digest('base64')
    expect(pageHeaders([])['content-security-policy']).toContain(`style-src 'sha256-${digest}'`)
  })

  it.each(Object.entries(renderAll(`</p>"'><script>alert(1)</script>&lt;`)))(
    '%s escapes what it shows',
    (_name, page) => {
      expect(page).not.toContain('<script')
      expect(page).not.toContain(`"'>`)
      expect(page).toContain(
        '&lt;/p&gt;&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;',
      )
    },
  )

  it.each(pages)('%s has a label for every input', (_name, page) => {
    const inputs = [...page.matchAll(/<input\b[^>]*\sid="([^"]*)"/g)].map(([, id]) => id)
    expect(inputs).toHaveLength(readNames(page).length)
    for (const id of inputs) expect(page).toContain(`<label for="${id}">`)
  })
})

describe('the sign-in page', () => {
  it('has the email and the password, and nothing else, in its first form', () => {
    const [first = ''] = readForms(signIn())
    expect(readNames(first)).toEqual(['email', 'password'])
    expect(first).toMatch(/^<form method="post">/)
    expect(readNames(signIn())).toHaveLength(2)
  })

  it('signs in on Enter: the first button of the form has no name, and cancel is another form’s', () => {
    const [first = ''] = readForms(signIn())
    const buttons = [...first.matchAll(/<button\b([^>]*)>\s*([^<]*?)\s*</g)]
    expect(buttons.map(([, , label]) => label)).toEqual(['Sign in', 'Cancel'])
    expect(buttons[0]?.[1]).toBe('')
    expect(buttons[1]?.[1]).toMatch(/form="cancel"\s+name="action"\s+value="cancel"/)
    expect(readForms(signIn())[1]).toBe('<form id="cancel" method="post"></form>')
  })

  it('names the application and leads to the registration', () => {
    const page = signIn({ applicationName: 'Express demo', registerUrl: '/x?page=register&y=1' })
    expect(page).toContain('<strong>Express demo</strong>')
    expect(page).toContain('<a href="/x?page=register&amp;y=1">Register</a>')
  })

  it('keeps the email and says what was wrong where it was wrong', () => {
    const page = signIn({
      email: 'owner@example.com',
      error: 'The email or the password is wrong.',
    })
    expect(page).toMatch(
      /<p class="problem" id="problem" role="alert">\s*The email or the password/,
    )
    expect(page).toMatch(
      /name="email"[^>]*value="owner@example.com"[^>]*aria-describedby="problem"/,
    )
    expect(page).toMatch(/name="password"[^>]*autofocus[^>]*aria-describedby="problem"/)
    expect(signIn()).not.toMatch(/role="alert"|aria-describedby|aria-invalid="/)
  })

  it('begins in the email while that is empty', () => {
    expect(signIn()).toMatch(/name="email"[^>]*autofocus/)
    expect(signIn()).not.toMatch(/name="password"[^>]*autofocus/)
  })

  it('offers the users of the seed by a button that tells no password', () => {
    const page = signIn({ users: [{ ...user, password: 'nobody-reads-this' }] })
    expect(page).toContain(`<button name="user" value="${user.id}">`)
    expect(page).toContain('owner in org_acme')
    expect(page).not.toContain('nobody-reads-this')
  })

  it('lists no more than twelve users and counts the others', () => {
    const many = Array.from({ length: 15 }, (_, index) => ({ ...user, id: `kp_${index}` }))
    const page = signIn({ users: many })
    expect(page.match(/name="user"/g)).toHaveLength(12)
    expect(page).toContain('The seed has 3 more.')
    expect(signIn({ users: [] })).not.toContain('go in at once')
  })
})

describe('the registration page', () => {
  const view = {
    applicationName: 'Demo',
    email: 'a@b.example',
    givenName: 'Nora',
    familyName: 'New',
  }

  it('asks for the names, the email and a new password, in this order', () => {
    const [first = ''] = readForms(registerPage({ ...view, signInUrl: '?page=sign-in' }))
    expect(readNames(first)).toEqual(['given_name', 'family_name', 'email', 'password'])
    expect(first).toContain('autocomplete="new-password"')
  })

  it('keeps what was entered, but no password, and marks what was wrong', () => {
    const page = registerPage({
      ...view,
      signInUrl: '#',
      error: 'Choose one.',
      invalid: 'password',
    })
    expect(page).toMatch(/name="given_name"[^>]*value="Nora"/)
    expect(page).toMatch(/name="email"[^>]*value="a@b.example"/)
    expect(page).not.toMatch(/name="email"[^>]*aria-invalid/)
    expect(page).toMatch(/name="password"[^>]*aria-invalid="true"/)
    expect(page).not.toMatch(/name="password"[^>]*value=/)
  })
})

describe('the other pages', () => {
  it('let the user choose an organization by its code', () => {
    const page = organizationPage({ applicationName: 'Demo', organizations })
    const codes = [...page.matchAll(/name="organization" value="([^"]*)"/g)].map(([, code]) => code)
    expect(codes).toEqual(['org_acme', 'org_globex'])
    expect(page).toMatch(/form="cancel"\s+name="action"\s+value="cancel"/)
  })

  it('say what in the seed an error is about', () => {
    const page = errorPage({ code: 'invalid_redirect_uri', message: '' })
    expect(page).toContain('<code data-testid="error-code">invalid_redirect_uri</code>')
    expect(page).toContain('callbackUrls')
    expect(page).toMatch(/data-testid="error-message">\s*The request was refused/)
  })

  it('tell at home that it runs, who may sign in here and no secret', () => {
    const { applications } = createSeed()
    const page = homePage({ issuerUrl: 'http://localhost:4500', applications })
    expect(page).toContain('<code>http://localhost:4500</code>')
    expect(page).toContain('<a href="http://localhost:4501/">http://localhost:4501</a>')
    expect(page).not.toMatch(/localUseOnly|machine-demo/)
    const native = { ...application, callbackUrls: ['com.example.app://callback'] }
    expect(homePage({ issuerUrl: '', applications: [native] })).toContain(
      '<dd>com.example.app://callback</dd>',
    )
  })

  it('show who manages what in the portal and lead back', () => {
    const page = portalPage({
      user,
      organization: organizations[0],
      page: 'plan_details',
      returnUrl: 'https://app.example/',
    })
    expect(page).toContain('<h1>Portal: plan details</h1>')
    expect(page).toContain('no limit')
    expect(page).toContain('href="https://app.example/"')
    const bare = portalPage({
      user,
      organization: undefined,
      page: 'profile',
      returnUrl: undefined,
    })
    expect(bare).not.toMatch(/Organization|Go back/)
  })
})

describe('the headers', () => {
  it('let in the style and nothing else, and keep no copy', () => {
    const headers = pageHeaders([])
    const policy = headers['content-security-policy']
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    )
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
  })

  it('let forms lead to the given places, once each, and to nothing that would change the policy', () => {
    const targets = [
      'http://localhost:4501',
      'http://localhost:4501',
      'app.example:',
      'null',
      "x:'a'",
      'https://a; script-src *',
    ]
    expect(pageHeaders(targets)['content-security-policy']).toContain(
      "form-action 'self' http://localhost:4501 app.example:;",
    )
  })
})
