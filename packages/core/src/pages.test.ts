import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createView, navigation } from '../test/view.ts'
import { AccessDeniedError, ConfigurationError, TrefoilError } from './errors.ts'
import type { Outcome } from './outcome.ts'
import { redirect, renderConfirmation, renderError, renderJson, style, styleHash } from './pages.ts'
import { ProviderError } from './provider-error.ts'

const links = { home: '/', login: '/auth/login' }
const page = (error: TrefoilError): Outcome => renderError(createView(), error, links)
const json = (error: TrefoilError): { error: unknown } => {
  const outcome = renderError(createView({ accept: 'application/json' }), error, links)
  return JSON.parse(outcome.body ?? '')
}
const confirmation = (): Outcome =>
  renderConfirmation({
    title: 'Sign <out>?',
    message: 'a & b',
    button: '"Yes"',
    action: '/auth/logout?a=1&b="',
    home: "/'",
    formTargets: ['https://tenant.kinde.test', 'https://app.example'],
  })

const evil = `"'><script>alert(1)</script>&amp;`
const escaped = '&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;'

// SECURITY-RULES, the table of headers.
const always = {
  'cache-control': 'private, no-store',
  vary: 'Cookie',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}
const ofPages = {
  ...always,
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src '${styleHash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
}
const ofJson = {
  ...always,
  'content-type': 'application/json; charset=utf-8',
  'cross-origin-resource-policy': 'same-origin',
}

describe('the style of our pages', () => {
  it('is what the policy lets in', () => {
    const digest = createHash('sha256').update(style).digest('base64')
    expect(styleHash).toBe(`sha256-${digest}`)
    expect(page(new TrefoilError('login_loop')).body).toContain(`<style>${style}</style>`)
  })

  it('loads nothing', () => expect(style).not.toMatch(/url\(|@import|</))
})

describe('an error', () => {
  it('CS-07 is a page for who goes to it and JSON for everybody else', () => {
    const error = new TrefoilError('transaction_missing')
    expect(page(error).headers['content-type']).toContain('text/html')
    const others = [{ accept: 'application/json' }, {}, { ...navigation, 'sec-fetch-mode': 'cors' }]
    for (const headers of others) {
      const outcome = renderError(createView(headers), error, links)
      expect(outcome.headers['content-type']).toContain('application/json')
    }
  })

  it('CS-06 CB-30 has the headers of the rules', () => {
    const error = new TrefoilError('transaction_missing')
    expect(page(error)).toMatchObject({ status: 400, headers: ofPages, cookies: [], error })
    const outcome = renderError(createView({}), error, links)
    expect(outcome).toMatchObject({ status: 400, headers: ofJson, cookies: [], error })
  })

  it('ER-07 says what happened, what to do, where to go, and its code', () => {
    const error = new TrefoilError('transaction_missing')
    const { body } = page(error)
    for (const text of [
      error.title,
      error.message,
      error.wayOut,
      'href="/"',
      'href="/auth/login"',
    ]) {
      expect(body).toContain(text)
    }
    expect(body).toContain('<code data-testid="error-code">transaction_missing</code>')
    expect(body).toContain('<p data-testid="error-message">')
    expect(json(error)).toEqual({
      error: { code: error.code, message: error.message, wayOut: error.wayOut },
    })
  })

  it('CS-06 has no script and loads nothing', () => {
    const { body } = page(new TrefoilError('transaction_missing'))
    expect(body).not.toMatch(/<script|<img|<link|<iframe|\son\w+=|src=|https?:/i)
  })

  it('CB-15 names the code of the provider', () => {
    const error = new ProviderError('authorization_failed', 'access_denied')
    expect(page(error).body).toContain('<code data-testid="error-code">access_denied</code>')
    expect(json(error).error).toMatchObject({
      code: 'authorization_failed',
      error: 'access_denied',
    })
  })

  it('CB-18 shows nothing of a code that is none', () => {
    const error = new ProviderError('authorization_failed', evil)
    expect(page(error).body).toContain('>unknown_error</code>')
    expect(JSON.stringify(json(error))).not.toContain('script')
  })

  it('CB-18 TC-11 escapes every text that it shows', () => {
    const error = new TrefoilError('access_denied', { message: evil })
    const { body } = renderError(createView(), error, { home: `/${evil}`, login: `/l${evil}` })
    expect(body).toContain(`<p data-testid="error-message">${escaped}</p>`)
    expect(body).toContain(`href="/${escaped}"`)
    expect(body).toContain(`href="/l${escaped}"`)
    expect(body).not.toContain('<script>')
  })

  it('names what is missing', () => {
    const error = new AccessDeniedError({ permissions: ['read:<reports>'] })
    expect(page(error)).toMatchObject({ status: 403 })
    expect(page(error).body).toContain('This needs the permission read:&lt;reports&gt;.')
    expect(json(error).error).toMatchObject({ missing: { permissions: ['read:<reports>'] } })
  })

  it('ER-01 ER-02 shows nothing of its evidence', () => {
    const cause = new Error('token eyJhbGciOi', { cause: { secret: 'hush' } })
    const error = new TrefoilError('id_token_invalid', { cause })
    for (const text of [page(error).body, JSON.stringify(json(error))]) {
      expect(text).not.toMatch(/eyJ|hush|stack|Error:|at .*\.ts/)
    }
  })

  it('CS-06 tells visitors of a configuration error that there is one, and no more', () => {
    const error = new ConfigurationError(['clientSecret (KINDE_CLIENT_SECRET) is missing.'])
    for (const text of [page(error).body, JSON.stringify(json(error))]) {
      expect(text).toContain('The configuration has problems.')
      expect(text).not.toContain('KINDE')
    }
  })

  it.each([
    ['provider_unavailable', '5'],
    ['session_store_unavailable', '5'],
    ['login_loop', '5'],
    ['transaction_missing', undefined],
    ['id_token_invalid', undefined],
  ] as const)('KS-06 %s asks to wait: %s', (code, expected) => {
    expect(page(new TrefoilError(code)).headers['retry-after']).toBe(expected)
  })

  it('keeps headers of its own', () => {
    const error = new TrefoilError('login_loop', { headers: { 'retry-after': '60', allow: 'GET' } })
    expect(page(error).headers).toMatchObject({ 'retry-after': '60', allow: 'GET' })
  })

  it.each([
    ['not_authenticated', true],
    ['session_expired', true],
    ['navigation_required', true],
    ['token_missing', false],
    ['token_invalid', false],
    ['access_denied', false],
    ['provider_unavailable', false],
  ] as const)('CS-08 RD-09 %s has a login URL: %s', (code, expected) => {
    const { error } = json(new TrefoilError(code))
    expect(Object.hasOwn(Object(error), 'loginUrl')).toBe(expected)
    if (expected) expect(error).toMatchObject({ loginUrl: '/auth/login' })
  })
})

describe('JSON', () => {
  it('CS-04 is for nobody else, and is not kept', () => {
    expect(renderJson({ a: '<b>' })).toEqual({
      status: 200,
      headers: ofJson,
      cookies: [],
      body: '{"a":"<b>"}',
    })
  })
})

describe('a redirect', () => {
  it.each([
    ['GET', 302],
    ['HEAD', 302],
    ['POST', 303],
    ['PUT', 303],
    ['DELETE', 303],
  ])('RD-08 after %s is %d', (method, status) => {
    expect(redirect(createView({}, { method }), '/a?b')).toEqual({
      status,
      location: '/a?b',
      headers: always,
      cookies: [],
    })
  })
})

describe('a confirmation', () => {
  it('is a form that posts, with the headers of a page', () => {
    const { status, headers, cookies, body } = confirmation()
    expect([status, cookies]).toEqual([200, []])
    expect(headers).toEqual({
      ...ofPages,
      'referrer-policy': 'same-origin',
      'content-security-policy': `${ofPages['content-security-policy']} https://tenant.kinde.test https://app.example`,
    })
    expect(body).toContain('<form method="post" action="/auth/logout?a=1&amp;b=&quot;">')
    expect(body).toContain('<button type="submit">&quot;Yes&quot;</button>')
  })

  it('escapes every text that it shows', () => {
    const { body } = confirmation()
    expect(body).toContain('<h1>Sign &lt;out&gt;?</h1>')
    expect(body).toContain('<title>Sign &lt;out&gt;?</title>')
    expect(body).toContain('<p>a &amp; b</p>')
    expect(body).toContain('href="/&#39;"')
  })
})
