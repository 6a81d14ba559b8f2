import { describe, expect, it } from 'vitest'
import { Browser, locationOf } from './browser.ts'
import {
  begin,
  callbackOf,
  claimsOf,
  exchange,
  findApplication,
  password,
  reports,
  signIn,
  signInForTokens,
  start,
} from './client.ts'

describe('the sign-in', () => {
  it('leads back with a code and the state', async () => {
    const issuer = await start()
    const callback = await signIn(begin(issuer))
    expect(callback).toEqual({ code: expect.any(String), state: 'the-state' })
  })

  it('names the issuer in its answer when the setting says so (RFC 9207)', async () => {
    const issuer = await start({ settings: { sendsIss: true } })
    expect(await signIn(begin(issuer))).toMatchObject({ iss: issuer.url })
    issuer.settings.sendsIss = false
    expect(await signIn(begin(issuer))).not.toHaveProperty('iss')
  })

  it('keeps the email after a wrong password', async () => {
    const issuer = await start()
    const browser = new Browser()
    const form = await browser.visit(begin(issuer).url)
    const again = await browser.submit(form, { email: 'owner@example.com', password: 'wrong' })
    expect(again.status).toBe(400)
    expect(again.text).toContain('value="owner@example.com"')
    expect(again.text).not.toContain('wrong"')
    const callback = callbackOf(
      await browser.submit(again, { email: 'OWNER@example.com', password }),
    )
    expect(callback).toHaveProperty('code')
  })

  it.each([
    [{ email: 'nobody@example.com', password }],
    [{ email: 'owner@example.com', password: '' }],
    [{ email: '', password: '' }],
    [{ user: 'kp_nobody' }],
  ])('signs nobody in with %o', async (fields) => {
    const issuer = await start()
    const browser = new Browser()
    const page = await browser.submit(await browser.visit(begin(issuer).url), fields)
    expect([page.status, locationOf(page)]).toEqual([400, undefined])
  })

  it('signs a user of the seed in by a button, and nobody who registered', async () => {
    const issuer = await start()
    const browser = new Browser()
    const form = await browser.visit(begin(issuer, { prompt: 'create' }).url)
    const fields = { email: 'nora@example.com', password: 'x', given_name: 'Nora', family_name: '' }
    await browser.submit(form, fields)
    const [owner, nora] = ['owner@example.com', 'nora@example.com'].map((email) =>
      issuer.seed.users.find((user) => user.email === email),
    )
    const other = new Browser()
    const page = await other.visit(begin(issuer).url)
    expect(page.text).not.toContain('nora@example.com')
    expect((await other.submit(page, { user: nora?.id ?? '' })).status).toBe(400)
    expect(callbackOf(await other.submit(page, { user: owner?.id ?? '' }))).toHaveProperty('code')
  })

  it('tells the application that the user cancelled', async () => {
    const issuer = await start()
    const browser = new Browser()
    const form = await browser.visit(begin(issuer).url)
    const callback = callbackOf(await browser.submit(form, { action: 'cancel' }))
    expect(callback).toMatchObject({ error: 'access_denied', state: 'the-state' })
    expect(callback).not.toHaveProperty('code')
  })

  it('fills in the hint, and only an email', async () => {
    const issuer = await start()
    const show = (hint: string) => new Browser().visit(begin(issuer, { login_hint: hint }).url)
    expect((await show('max@example.com')).text).toContain('value="max@example.com"')
    expect((await show('phone:+441234:gb')).text).not.toContain('+441234')
    const forged = '"><script>alert(1)</script>@x.example'
    expect((await show(forged)).text).not.toContain('<script>alert')
  })

  it('takes the other parameters of Kinde without a word', async () => {
    const issuer = await start()
    const parameters = {
      connection_id: 'conn_1',
      lang: 'de',
      start_page: 'login',
      plan_interest: 'pro',
      pricing_table_key: 'main',
      invitation_code: 'inv_1',
      is_invitation: 'true',
      supports_reauth: 'true',
      reauth_state: 'opaque',
      has_success_page: 'true',
      utm_source: 'mail',
    }
    expect(await signIn(begin(issuer, parameters))).toHaveProperty('code')
  })

  it('shows its pages with headers that forbid scripts, frames and copies', async () => {
    const issuer = await start()
    const { headers } = await new Browser().visit(begin(issuer).url)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    const policy = headers.get('content-security-policy')
    expect(policy).toMatch(/default-src 'none'/)
    expect(policy).toMatch(/frame-ancestors 'none'/)
    expect(policy).toMatch(/form-action [^;]*http:\/\/localhost:4501/)
    expect(policy).not.toMatch(/script-src|unsafe/)
  })
})

describe('the form of a sign-in', () => {
  it('is refused in a browser that did not begin the sign-in', async () => {
    const issuer = await start()
    const form = await new Browser().visit(begin(issuer).url)
    const page = await new Browser().submit(form, { email: 'owner@example.com', password })
    expect([page.status, locationOf(page)]).toEqual([400, undefined])
  })

  it('is refused with the cookie of another sign-in', async () => {
    const issuer = await start()
    const [victim, attacker] = [new Browser(), new Browser()]
    await victim.visit(begin(issuer).url)
    const form = await attacker.visit(begin(issuer).url)
    const page = await victim.submit(form, { email: 'owner@example.com', password })
    expect([page.status, locationOf(page)]).toEqual([400, undefined])
  })

  it('is refused on the page of another sign-in, whatever path the cookie came from', async () => {
    const issuer = await start()
    const own = await fetch(begin(issuer).url, { redirect: 'manual' })
    const cookie = own.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; ')
    const { url } = await new Browser().visit(begin(issuer).url)
    const body = new URLSearchParams({ email: 'owner@example.com', password })
    const page = await new Browser().send(url, { method: 'POST', headers: { cookie }, body })
    expect([page.status, locationOf(page)]).toEqual([400, undefined])
    const target = new URL(own.headers.get('location') ?? '', issuer.url).href
    const right = await new Browser().send(target, { method: 'POST', headers: { cookie }, body })
    expect(right.status).toBe(303)
  })

  it.each([{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])(
    'is refused from another site: %o',
    async (headers) => {
      const issuer = await start()
      const browser = new Browser()
      const { url } = await browser.visit(begin(issuer).url)
      const body = new URLSearchParams({ email: 'owner@example.com', password })
      const page = await browser.send(url, { method: 'POST', headers, body })
      expect([page.status, locationOf(page)]).toEqual([400, undefined])
    },
  )

  it('is taken once', async () => {
    const issuer = await start()
    const browser = new Browser()
    const form = await browser.visit(begin(issuer).url)
    const fields = { email: 'owner@example.com', password }
    expect(callbackOf(await browser.submit(form, fields))).toHaveProperty('code')
    expect((await browser.submit(form, fields)).status).toBe(400)
  })

  it('of two tabs leads each back to its own request', async () => {
    const issuer = await start()
    const browser = new Browser()
    const tabs = [begin(issuer, { state: 'first' }), begin(issuer, { state: 'second' })]
    const [first, second] = [await browser.visit(tabs[0]!.url), await browser.visit(tabs[1]!.url)]
    const fields = { email: 'owner@example.com', password }
    expect(callbackOf(await browser.submit(second, fields))).toMatchObject({ state: 'second' })
    expect(callbackOf(await browser.submit(first, fields))).toMatchObject({ state: 'first' })
  })

  it('of two tabs may name two users, of whom the last stays signed in', async () => {
    const issuer = await start()
    const browser = new Browser()
    const [first, second] = [
      await browser.visit(begin(issuer).url),
      await browser.visit(begin(issuer).url),
    ]
    await browser.submit(first, { email: 'owner@example.com', password })
    const callback = callbackOf(
      await browser.submit(second, { email: 'member@example.com', password }),
    )
    expect(callback).toHaveProperty('code')
    const attempt = begin(issuer, { prompt: 'none' })
    const silent = await exchange(issuer, attempt, callbackOf(await browser.visit(attempt.url)))
    expect(claimsOf(silent.body['id_token'])['email']).toBe('member@example.com')
  })
})

describe('a browser that is signed in', () => {
  it('goes through without a form, with the time of its sign-in', async () => {
    const issuer = await start()
    const browser = new Browser()
    const first = await signInForTokens(issuer, { browser })
    const attempt = begin(issuer)
    const { body } = await exchange(issuer, attempt, callbackOf(await browser.visit(attempt.url)))
    const [before, now] = [claimsOf(first['id_token']), claimsOf(body['id_token'])]
    expect(now.sub).toBe(before.sub)
    expect(now['auth_time']).toBe(before['auth_time'])
  })

  it('is asked again with prompt=login', async () => {
    const issuer = await start()
    const browser = new Browser()
    await signInForTokens(issuer, { browser })
    const form = await browser.visit(begin(issuer, { prompt: 'login' }).url)
    expect(form.text).toContain('name="password"')
    const fields = { email: 'owner@example.com', password }
    expect(callbackOf(await browser.submit(form, fields))).toHaveProperty('code')
  })

  it('answers prompt=none with a code, and login_required without a session', async () => {
    const issuer = await start()
    const browser = new Browser()
    const attempt = begin(issuer, { prompt: 'none' })
    const refused = callbackOf(await browser.visit(attempt.url))
    expect(refused).toMatchObject({ error: 'login_required', state: 'the-state' })
    await signInForTokens(issuer, { browser })
    expect(callbackOf(await browser.visit(attempt.url))).toHaveProperty('code')
  })

  it('is signed in to the other applications too', async () => {
    const issuer = await start()
    const browser = new Browser()
    await signInForTokens(issuer, { browser })
    const other = begin(issuer, { prompt: 'none' }, 'react-demo')
    expect(callbackOf(await browser.visit(other.url))).toHaveProperty('code')
  })
})

describe('registration', () => {
  const fields = {
    email: 'nora@example.com',
    password: 'secret',
    given_name: 'Nora',
    family_name: 'New',
  }

  it('comes first with prompt=create, and with the start_page of older SDKs', async () => {
    const issuer = await start()
    for (const parameters of [{ prompt: 'create' }, { start_page: 'registration' }]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const page = await new Browser().visit(begin(issuer, parameters).url)
      expect(page.text).toContain('name="given_name"')
    }
  })

  it('makes a user, who is signed in and belongs to the default organization', async () => {
    const issuer = await start()
    const browser = new Browser()
    const attempt = begin(issuer, { prompt: 'create' })
    const callback = callbackOf(await browser.submit(await browser.visit(attempt.url), fields))
    const { body } = await exchange(issuer, attempt, callback)
    expect(claimsOf(body['id_token'])).toMatchObject({ email: fields.email, name: 'Nora New' })
    expect(claimsOf(body['access_token'])).toMatchObject({ org_code: 'org_acme', permissions: [] })
    const again = await signIn(begin(issuer), fields.email).catch((error: unknown) => String(error))
    expect(again).toContain('No redirect')
    const other = new Browser()
    const page = await other.visit(begin(issuer).url)
    expect(callbackOf(await other.submit(page, fields))).toHaveProperty('code')
  })

  it('is open to somebody else than who is signed in', async () => {
    const issuer = await start()
    const browser = new Browser()
    await signInForTokens(issuer, { browser })
    const attempt = begin(issuer, { prompt: 'create' })
    const callback = callbackOf(await browser.submit(await browser.visit(attempt.url), fields))
    const { body } = await exchange(issuer, attempt, callback)
    expect(claimsOf(body['id_token'])['email']).toBe(fields.email)
  })

  it.each([
    ['an email that is taken', { email: 'Owner@example.com' }],
    ['no email', { email: 'nora' }],
    ['no password', { password: '' }],
  ])('refuses %s and keeps what was entered', async (_name, change) => {
    const issuer = await start()
    const browser = new Browser()
    const form = await browser.visit(begin(issuer, { prompt: 'create' }).url)
    const page = await browser.submit(form, { ...fields, ...change })
    expect(page.status).toBe(400)
    expect(page.text).toContain('value="Nora"')
    expect(issuer.seed.users).toHaveLength(3)
  })

  it('and sign-in lead to each other', async () => {
    const issuer = await start()
    const browser = new Browser()
    const attempt = begin(issuer, { prompt: 'create' })
    const form = await browser.visit(attempt.url)
    const [, link = ''] = /href="([^"]*page=sign-in)"/.exec(form.text) ?? []
    const signInForm = await browser.visit(new URL(link, form.url).href)
    const back = await browser.submit(signInForm, { email: 'member@example.com', password })
    expect(callbackOf(back)).toHaveProperty('code')
  })
})

describe('the organization', () => {
  it('is the one that org_code names', async () => {
    const issuer = await start()
    const email = 'both@example.com'
    const tokens = await signInForTokens(issuer, { email, parameters: { org_code: 'org_globex' } })
    expect(claimsOf(tokens['access_token'])).toMatchObject({
      org_code: 'org_globex',
      org_name: 'Globex',
      permissions: ['read:reports'],
    })
    expect(claimsOf(tokens['id_token'])['org_codes']).toEqual(['org_acme', 'org_globex'])
  })

  it.each(['org_globex', 'org_nowhere'])('is refused when it is %s', async (code) => {
    const issuer = await start()
    const callback = await signIn(begin(issuer, { org_code: code }))
    expect(callback).toMatchObject({ error: 'access_denied', state: 'the-state' })
  })

  it('is chosen after the password by who belongs to several', async () => {
    const issuer = await start()
    const browser = new Browser()
    const attempt = begin(issuer)
    const form = await browser.visit(attempt.url)
    const choice = await browser.submit(form, { email: 'both@example.com', password })
    expect(choice.text).toContain('value="org_globex"')
    expect((await browser.submit(choice, { organization: 'org_nowhere' })).status).toBe(400)
    const callback = callbackOf(await browser.submit(choice, { organization: 'org_globex' }))
    const { body } = await exchange(issuer, attempt, callback)
    expect(claimsOf(body['access_token'])['org_code']).toBe('org_globex')
  })

  it('stays chosen in that browser, until another is named or the password given anew', async () => {
    const issuer = await start()
    const browser = new Browser()
    const email = 'both@example.com'
    await signInForTokens(issuer, { browser, email, parameters: { org_code: 'org_globex' } })
    const silent = begin(issuer, { prompt: 'none' })
    const { body } = await exchange(issuer, silent, callbackOf(await browser.visit(silent.url)))
    expect(claimsOf(body['access_token'])['org_code']).toBe('org_globex')
    const named = begin(issuer, { prompt: 'none', org_code: 'org_acme' })
    const other = await exchange(issuer, named, callbackOf(await browser.visit(named.url)))
    expect(claimsOf(other.body['access_token'])['org_code']).toBe('org_acme')
    const form = await browser.visit(begin(issuer, { prompt: 'login' }).url)
    const choice = await browser.submit(form, { email, password })
    expect(choice.text).toContain('value="org_globex"')
  })

  it('can be cancelled', async () => {
    const issuer = await start()
    const browser = new Browser()
    const form = await browser.visit(begin(issuer).url)
    const choice = await browser.submit(form, { email: 'both@example.com', password })
    const callback = callbackOf(await browser.submit(choice, { action: 'cancel' }))
    expect(callback).toMatchObject({ error: 'access_denied' })
  })

  it('is created once, and its creator may do everything there', async () => {
    const issuer = await start()
    const browser = new Browser()
    await signInForTokens(issuer, { browser, email: 'member@example.com' })
    const attempt = begin(issuer, { is_create_org: 'true', org_name: 'Initech' })
    const { body } = await exchange(issuer, attempt, callbackOf(await browser.visit(attempt.url)))
    expect(issuer.seed.organizations.filter(({ name }) => name === 'Initech')).toHaveLength(1)
    expect(claimsOf(body['access_token'])).toMatchObject({
      org_name: 'Initech',
      permissions: ['read:reports', 'write:reports', 'manage:members'],
    })
  })

  it('is created for who signs in or registers on the way, too', async () => {
    const issuer = await start()
    const attempt = begin(issuer, { is_create_org: 'true', org_name: 'Initech' })
    const { body } = await exchange(issuer, attempt, await signIn(attempt))
    expect(claimsOf(body['access_token'])['org_name']).toBe('Initech')
    expect(issuer.seed.organizations.filter(({ name }) => name === 'Initech')).toHaveLength(1)
  })
})

describe('an authorization request', () => {
  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['another redirect URI', { redirect_uri: 'https://evil.example/callback' }],
    ['a longer redirect URI', { redirect_uri: 'http://localhost:4501/auth/callback/x' }],
    ['no redirect URI', { redirect_uri: undefined }],
  ])('with %s ends on a page and leads nowhere', async (_name, parameters) => {
    const issuer = await start()
    const page = await new Browser().visit(begin(issuer, parameters).url)
    expect(page.status).toBe(400)
    expect(page.headers.has('location')).toBe(false)
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'/)
    expect(page.text).toContain('data-testid="error-code"')
  })

  it.each([
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['an ID token at once', { response_type: 'id_token' }, 'unsupported_response_type'],
    ['both', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['an unknown audience', { audience: 'https://unknown.example' }, 'invalid_request'],
    ['one audience too many', { audience: [reports, 'https://x.example'] }, 'invalid_request'],
    ['an unknown prompt', { prompt: 'dance' }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a request object', { request: 'x' }, 'request_not_supported'],
  ])('for %s is refused at the application', async (_name, parameters, error) => {
    const issuer = await start()
    const page = await new Browser().visit(begin(issuer, parameters).url)
    const target = locationOf(page)
    expect(`${target?.origin}${target?.pathname}`).toBe(begin(issuer).redirectUri)
    const answer = new URLSearchParams(target?.hash.slice(1) || target?.search)
    expect(Object.fromEntries(answer)).toMatchObject({ error, state: 'the-state' })
  })

  it('of a front-end application needs PKCE', async () => {
    const issuer = await start()
    const none = { code_challenge: undefined, code_challenge_method: undefined }
    const page = await new Browser().visit(begin(issuer, none, 'react-demo').url)
    expect(callbackOf(page)).toMatchObject({ error: 'invalid_request' })
    const backend = begin(issuer, none)
    expect(await signIn(backend)).toHaveProperty('code')
  })

  it('of a machine application has no redirect URI to be right', async () => {
    const issuer = await start()
    const page = await new Browser().visit(
      begin(issuer, { redirect_uri: 'http://localhost:4501/auth/callback' }, 'machine-demo').url,
    )
    expect([page.status, page.headers.has('location')]).toEqual([400, false])
    expect(findApplication(issuer, 'machine-demo').callbackUrls).toEqual([])
  })
})
