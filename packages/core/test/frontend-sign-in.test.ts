import { beforeEach, describe, expect, it, vi } from 'vitest'
import { TrefoilError } from '../src/errors.ts'
import { forge, forgeHmac, readClaims } from './forge.ts'
import { createSigningKey, json, paths } from './fake-provider.ts'
import { type Browser, createBrowser, frontendOptions, origin, type Tab } from './tabs.ts'

let browser: Browser

beforeEach(async () => {
  browser = await createBrowser()
})

function codeOf(error: unknown): string {
  return error instanceof TrefoilError ? error.code : String(error)
}

/** Begins a sign-in and gives its tab and the answer of the provider. */
async function beginSignIn(url = '/'): Promise<{ tab: Tab; answer: string }> {
  const tab = browser.tab(url)
  await tab.app.start()
  await tab.app.login()
  return { tab, answer: await browser.server.authorize(tab.destination()) }
}

/** Opens an answer with changed parameters; gives the code of the error that comes of it. */
async function openChanged(change: (query: URLSearchParams) => void): Promise<string> {
  const { tab, answer } = await beginSignIn()
  const url = new URL(answer)
  change(url.searchParams)
  await tab.open(url.href).start()
  expect(tab.app.getSnapshot()).toMatchObject({ status: 'unauthenticated', session: null })
  return tab.app.getSnapshot().error?.code ?? 'none'
}

describe('a sign-in', () => {
  it('leads to the provider and back to path, query and hash of the page it began on', async () => {
    const tab = await browser.signIn('/reports?page=2#top')
    expect(tab.app.getSnapshot()).toMatchObject({
      status: 'authenticated',
      error: null,
      isStale: false,
      session: {
        user: { id: 'kp_1', name: 'Olivia Owner' },
        permissions: ['read:reports'],
        flags: { beta_dashboard: true },
      },
    })
    expect(tab.page.href).toBe(`${origin}/reports?page=2#top`)
  })

  it('AR-01 AR-02 asks with PKCE S256, a state and a nonce that are never repeated', async () => {
    const tab = browser.tab()
    await tab.app.start()
    const seen = new Set<string>()
    for (let round = 0; round < 100; round++) {
      await tab.app.login()
      const query = new URL(tab.destination()).searchParams
      expect(query.get('response_type')).toBe('code')
      expect(query.get('code_challenge_method')).toBe('S256')
      expect(query.get('redirect_uri')).toBe(`${origin}/callback`)
      expect(query.get('audience')).toBe('https://api.example')
      expect(query.has('client_secret')).toBe(false)
      for (const name of ['state', 'nonce', 'code_challenge']) {
        const value = query.get(name) ?? ''
        expect(value).toMatch(/^[\w-]{43}$/)
        seen.add(value)
      }
    }
    expect(seen.size).toBe(300)
  })

  it('refuses a provider that takes no PKCE with S256', async () => {
    browser.provider.metadata['code_challenge_methods_supported'] = ['plain']
    const tab = browser.tab()
    await tab.app.start()
    await expect(tab.app.login()).rejects.toMatchObject({ code: 'provider_response_invalid' })
    expect(tab.page.assigned).toEqual([])
    expect(tab.app.getSnapshot().error?.message).toContain('S256')
  })

  it('lets only allowed parameters through, and registers and switches by its own', async () => {
    const tab = browser.tab()
    await tab.app.start()
    await tab.app.register({
      loginHint: 'a@b.example',
      parameters: { lang: 'de', client_id: 'evil', redirect_uri: 'https://evil.example' },
    })
    const registered = new URL(tab.destination()).searchParams
    expect(Object.fromEntries(registered)).toMatchObject({
      client_id: 'client-1',
      redirect_uri: `${origin}/callback`,
      prompt: 'create',
      lang: 'de',
      login_hint: 'a@b.example',
    })
    await tab.app.switchOrganization('org_globex')
    expect(new URL(tab.destination()).searchParams.get('org_code')).toBe('org_globex')
    await tab.app.createOrganization({ name: 'Initech' })
    const created = new URL(tab.destination()).searchParams
    expect([created.get('is_create_org'), created.get('org_name')]).toEqual(['true', 'Initech'])
  })

  it('CB-27 LO-05 goes nowhere that an answer names', async () => {
    const tab = browser.tab('/here')
    await tab.app.start()
    await tab.app.login({ returnTo: '//evil.example/x' })
    const answer = new URL(await browser.server.authorize(tab.destination()))
    answer.searchParams.set('returnTo', '/elsewhere')
    await tab.open(answer.href).start()
    expect(tab.page.href).toBe(`${origin}/here`)
  })

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\\\evil.example',
    '\\t//evil.example',
    '/\\t/evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
    'evil.example',
    '@evil.example',
    '',
  ])('RD-01 never leads off this site: %j', async (returnTo) => {
    const tab = browser.tab('/here')
    await tab.app.start()
    await tab.app.login({ returnTo })
    await tab.open(await browser.server.authorize(tab.destination())).start()
    expect(tab.page.href).toBe(`${origin}/here`)
  })

  it('MD-13 finds its endpoints in the metadata, wherever they are', async () => {
    browser.provider.metadata['authorization_endpoint'] = 'https://login.kinde.test/elsewhere'
    const tab = browser.tab()
    await tab.app.start()
    await tab.app.login()
    expect(tab.destination()).toMatch(/^https:\/\/login\.kinde\.test\/elsewhere\?/)
  })

  it('that failed leads, at the next try, where it would have', async () => {
    const tab = browser.tab('/reports?page=2')
    await tab.app.start()
    await tab.app.login()
    await tab.open(browser.server.refuse(tab.destination(), 'access_denied')).start()
    await tab.app.login()
    await tab.open(await browser.server.authorize(tab.destination())).start()
    expect(tab.page.href).toBe(`${origin}/reports?page=2`)
  })

  it('in a frame hands its answer to the page around it, and does nothing itself', async () => {
    const { tab, answer } = await beginSignIn()
    const told: string[] = []
    const app = tab.open(answer)
    Object.assign(tab.page, { isFramed: () => true, tellParent: (text: string) => told.push(text) })
    void app.start()
    await vi.waitFor(() => expect(told).toEqual([answer]))
    expect(app.getSnapshot().status).toBe('loading')
    expect(browser.tokenCalls()).toBe(0)
  })

  it('SP-05 CB-05 takes an answer once, however often the app starts', async () => {
    const { tab, answer } = await beginSignIn()
    const app = tab.open(answer)
    await Promise.all([app.start(), app.handleRedirect(answer), app.start()])
    app.stop()
    await app.start()
    expect(browser.tokenCalls()).toBe(1)
    expect(app.getSnapshot().status).toBe('authenticated')
  })

  it('CB-05 shows a harmless page when an answer comes again to somebody who is signed in', async () => {
    const { tab, answer } = await beginSignIn('/reports')
    await tab.open(answer).start()
    await tab.open(answer).start()
    expect(tab.app.getSnapshot()).toMatchObject({ status: 'authenticated', error: null })
    expect(tab.page.href).toBe(`${origin}/`)
    expect(browser.tokenCalls('authorization_code')).toBe(1)
  })

  it('SP-06 CB-30 takes code and state out of the address bar at once', async () => {
    const { tab, answer } = await beginSignIn()
    let seen = ''
    browser.provider.on(paths.token, () => {
      seen = tab.page.href
      return undefined
    })
    await tab.open(answer).start()
    expect(seen).toBe(`${origin}/callback`)
  })

  it('CB-31 takes the place of whoever was signed in, whose refresh token ends', async () => {
    const tab = await browser.signIn()
    await tab.app.login()
    browser.server.user = { sub: 'kp_2', name: 'Max Member' }
    browser.server.rights = { sub: 'kp_2' }
    await tab.open(await browser.server.authorize(tab.destination())).start()
    expect(tab.app.getSnapshot().session?.user.id).toBe('kp_2')
    await vi.waitFor(() => expect(browser.server.revoked).toHaveLength(1))
  })

  it('tells the router where to go when it wants to be told', async () => {
    const shown: string[] = []
    const onReturn = (path: string): void => void shown.push(path)
    await browser.signIn('/reports#a', { onReturn })
    expect(shown).toEqual(['/reports#a'])
  })
})

describe('an answer that is not right', () => {
  it('CB-01 with another state, none or an empty one signs nobody in and spends no code', async () => {
    expect(await openChanged((query) => query.set('state', 'other'))).toBe('transaction_missing')
    expect(await openChanged((query) => query.delete('state'))).toBe('callback_invalid')
    expect(await openChanged((query) => query.set('state', ''))).toBe('transaction_missing')
    expect(browser.tokenCalls()).toBe(0)
  })

  it('CB-02 with a parameter twice', async () => {
    for (const name of ['state', 'code', 'iss']) {
      const code = await openChanged((query) => {
        query.append(name, query.get(name) ?? 'x')
        query.append(name, 'again')
      })
      expect(code).toBe('callback_invalid')
    }
    expect(browser.tokenCalls()).toBe(0)
  })

  it('CB-07 CB-08 without the issuer that was promised, or with another', async () => {
    expect(await openChanged((query) => query.set('iss', 'https://evil.example'))).toBe(
      'callback_invalid',
    )
    expect(await openChanged((query) => query.set('iss', `${frontendOptions.issuer}/`))).toBe(
      'callback_invalid',
    )
    expect(await openChanged((query) => query.set('iss', ''))).toBe('callback_invalid')
    browser = await createBrowser()
    browser.provider.metadata['authorization_response_iss_parameter_supported'] = true
    expect(await openChanged((query) => query.delete('iss'))).toBe('callback_invalid')
    expect(browser.tokenCalls()).toBe(0)
  })

  it('CB-12 with the code of somebody else', async () => {
    const other = await beginSignIn()
    const code = new URL(other.answer).searchParams.get('code') ?? ''
    expect(await openChanged((query) => query.set('code', code))).toBe('code_exchange_failed')
  })

  it('CB-13 without a code, with an empty or an unknown one', async () => {
    expect(await openChanged((query) => query.delete('code'))).toBe('callback_invalid')
    expect(await openChanged((query) => query.set('code', ''))).toBe('callback_invalid')
    expect(await openChanged((query) => query.set('code', 'unknown'))).toBe('code_exchange_failed')
  })

  it.each(['access_denied', 'login_required', 'server_error', 'never_heard'])(
    'CB-15 with the error %s, which is told and leaves who is signed in',
    async (name) => {
      const tab = await browser.signIn()
      await tab.app.login()
      await tab.open(browser.server.refuse(tab.destination(), name)).start()
      expect(tab.app.getSnapshot()).toMatchObject({
        status: 'authenticated',
        error: { code: 'authorization_failed', error: name },
      })
    },
  )

  it('CB-16 CB-18 with an error for a state that is not ours, of which nothing is told', async () => {
    const tab = await browser.signIn()
    await tab.open('/callback?state=forged&error=evil&error_description=<b>x</b>').start()
    const { status, error } = tab.app.getSnapshot()
    expect(status).toBe('authenticated')
    expect(JSON.stringify([error, error?.message])).not.toMatch(/evil|<b>/)
  })

  it('CB-23 with its parameters in the fragment, which is not read', async () => {
    const { tab, answer } = await beginSignIn()
    await tab.open(answer.replace('?', '#')).start()
    expect(tab.app.getSnapshot()).toMatchObject({ status: 'unauthenticated', error: null })
    expect(browser.tokenCalls()).toBe(0)
  })

  it('AR-11 after more than ten minutes', async () => {
    const { tab, answer } = await beginSignIn()
    browser.wait(601)
    await tab.open(answer).start()
    expect(tab.app.getSnapshot().error?.code).toBe('transaction_missing')
  })

  it('SP-07 in another tab, which knows nothing of the attempt', async () => {
    const { answer } = await beginSignIn()
    const other = browser.tab(answer.slice(origin.length))
    await other.app.start()
    expect(other.app.getSnapshot().error?.code).toBe('transaction_missing')
  })

  it('ID-36 for another organization than the one asked for', async () => {
    const tab = browser.tab()
    await tab.app.start()
    await tab.app.switchOrganization('org_globex')
    await tab.open(await browser.server.authorize(tab.destination())).start()
    expect(tab.app.getSnapshot().error?.code).toBe('organization_mismatch')
    expect(tab.app.getSnapshot().session).toBeNull()
  })

  it('keeps the newest five attempts', async () => {
    const tab = browser.tab()
    await tab.app.start()
    const answers: string[] = []
    for (let round = 0; round < 7; round++) {
      await tab.app.login()
      answers.push(await browser.server.authorize(tab.destination()))
      browser.wait(1)
    }
    await tab.open(answers[1] ?? '').start()
    expect(tab.app.getSnapshot().error?.code).toBe('transaction_missing')
    await tab.open(answers[2] ?? '').start()
    expect(tab.app.getSnapshot().status).toBe('authenticated')
  })

  it('is not made again and again: the eleventh login in a minute is refused', async () => {
    const tab = browser.tab()
    await tab.app.start()
    for (let round = 0; round < 10; round++) {
      await tab.app.login()
      await tab.open(await browser.server.authorize(tab.destination())).start()
    }
    await expect(tab.app.login()).rejects.toMatchObject({ code: 'login_loop' })
    browser.wait(61)
    await tab.app.login()
  })
})

describe('tokens that are not right', () => {
  /** Signs in with a spoiled answer of the token endpoint; gives the code of the error. */
  async function signInWith(
    spoil: (answer: { id_token: string; access_token: string }) => Promise<object>,
  ): Promise<string> {
    const { tab, answer } = await beginSignIn()
    const nonce = new URL(tab.destination()).searchParams.get('nonce') ?? ''
    const undo = browser.provider.on(paths.token, async () => {
      const tokens = {
        id_token: await browser.provider.idToken({ nonce }),
        access_token: await browser.provider.accessToken(),
      }
      return json({ ...tokens, token_type: 'bearer', expires_in: 60, ...(await spoil(tokens)) })
    })
    await tab.open(answer).start()
    undo()
    const { status, error } = tab.app.getSnapshot()
    if (status === 'authenticated') return 'authenticated'
    return error?.code ?? 'none'
  }

  const claims = (changes: Record<string, unknown>) => async (answer: { id_token: string }) => ({
    id_token: await browser.provider.idToken({
      nonce: readClaims(answer.id_token)['nonce'],
      ...changes,
    }),
  })

  it.each([
    ['ID-01 another issuer', { iss: 'https://evil.example' }],
    ['ID-01 an issuer in a list', { iss: ['https://tenant.kinde.test'] }],
    ['ID-03 another audience', { aud: ['other'] }],
    ['ID-03 no audience', { aud: [] }],
    ['ID-06 another authorized party', { azp: 'other' }],
    ['ID-07 another nonce', { nonce: 'other' }],
    ['ID-07 no nonce', { nonce: undefined }],
    ['ID-09 no subject', { sub: undefined }],
    ['ID-09 an empty subject', { sub: '' }],
    ['ID-11 an end in the past', { exp: 1_789_999_000 }],
    ['ID-11 no end', { exp: undefined }],
    ['ID-13 an hour ahead', { iat: 1_790_003_600 }],
    ['ID-13 no time of issue', { iat: undefined }],
    ['ID-27 a wrong at_hash', { at_hash: 'wrong' }],
    ['ID-28 an event', { events: {} }],
  ])('%s is refused', async (_name, changes) => {
    expect(await signInWith(claims(changes))).toBe('id_token_invalid')
  })

  it('ID-04 ID-12 ID-31 what is right is taken: a list of one, three seconds late, odd names', async () => {
    expect(await signInWith(claims({ aud: ['client-1'], exp: 1_789_999_997 }))).toBe(
      'authenticated',
    )
    expect(await signInWith(claims({ ['__proto__']: { polluted: true } }))).toBe('authenticated')
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it('ID-02 ID-18 ID-19 ID-21 ID-24 ID-29 forged signatures are refused', async () => {
    const foreign = await createSigningKey('key-1')
    const { provider } = browser
    const forgeries: ((token: string) => Promise<string> | string)[] = [
      (token) => forge({ alg: 'none' }, readClaims(token)),
      (token) => forge({ alg: 'nOnE' }, readClaims(token), token.split('.')[2]),
      (token) => forge({}, readClaims(token), token.split('.')[2]),
      async (token) =>
        forgeHmac(
          { alg: 'HS256' },
          readClaims(token),
          new TextEncoder().encode(JSON.stringify(provider.keys[0])),
        ),
      (token) => token.replace(/\.[^.]*$/, '.'),
      (token) => `${token.split('.').slice(0, 2).join('.')}.AAAA`,
      async (token) => provider.sign(readClaims(token), {}, foreign),
      async (token) =>
        provider.sign(readClaims(token), { jwk: provider.keys[0] ?? {}, kid: 'other' }, foreign),
      (token) => ` ${token}`,
      (token) => `${token}.x.y`,
      () => '[]',
      () => 'not a token',
    ]
    for (const spoil of forgeries) {
      const code = await signInWith(async ({ id_token }) => ({ id_token: await spoil(id_token) }))
      expect(code).toBe('id_token_invalid')
    }
    const inHeader = await signInWith(async ({ id_token }) => {
      const { iss, sub, aud, ...rest } = readClaims(id_token)
      return { id_token: await provider.sign(rest, { iss, sub, aud }) }
    })
    expect(inHeader).toBe('id_token_invalid')
  })

  it('ID-28 another kind of token is no ID token', async () => {
    const typed = async ({ id_token }: { id_token: string }): Promise<object> => ({
      id_token: await browser.provider.sign(readClaims(id_token), { typ: 'at+jwt' }),
    })
    expect(await signInWith(typed)).toBe('id_token_invalid')
    expect(await signInWith(async () => ({ id_token: undefined }))).toBe('id_token_invalid')
  })

  it('ID-33 UI-05 a picture is a web address or none, and markup stays text', async () => {
    expect(await signInWith(claims({ picture: 'javascript:alert(1)' }))).toBe('authenticated')
    expect(await signInWith(claims({ name: '<img src=x>' }))).toBe('authenticated')
  })

  it('an access token of somebody else, or forged, grants nothing', async () => {
    const { provider } = browser
    const spoils = [
      async () => ({ access_token: await provider.accessToken({ sub: 'kp_2' }) }),
      async () => ({ access_token: await provider.accessToken({ azp: 'other' }) }),
      async ({ access_token }: { access_token: string }) => ({
        access_token: forge({ alg: 'none' }, readClaims(access_token), 'x'),
      }),
    ]
    for (const spoil of spoils) expect(await signInWith(spoil)).not.toBe('authenticated')
  })

  it('TC-02 an opaque access token grants nothing beyond its scopes', async () => {
    expect(await signInWith(async () => ({ access_token: 'opaque' }))).toBe('authenticated')
  })

  it('TC-07 a lifetime that is none of this world never ends a session nor keeps it for ever', async () => {
    for (const expires_in of [-1, 0, 'x', {}, 1e18]) {
      expect(await signInWith(async () => ({ expires_in }))).toBe('authenticated')
    }
  })
})

describe('a browser or a provider in trouble', () => {
  it('SP-07 storage that is forbidden or full is told, and nobody is sent away', async () => {
    const tab = browser.tab()
    tab.page.tabStore.isForbidden = true
    browser.browserStore.isForbidden = true
    await tab.app.start()
    await expect(tab.app.login()).rejects.toMatchObject({ code: 'browser_unsupported' })
    expect(tab.page.assigned).toEqual([])
    expect(tab.app.getSnapshot()).toMatchObject({
      status: 'unauthenticated',
      error: { code: 'browser_unsupported' },
    })
  })

  it('no Web Crypto, as on http beyond this machine, is told', async () => {
    const tab = browser.tab()
    tab.page.isSecure = false
    await tab.app.start()
    await expect(tab.app.login()).rejects.toMatchObject({ code: 'browser_unsupported' })
    expect(tab.app.getSnapshot().error?.message).toContain('https')
  })

  it('SP-09 a network that is away is told, and a later try works', async () => {
    const undo = browser.provider.on(paths.discovery, () => {
      throw new TypeError('Failed to fetch')
    })
    const tab = browser.tab()
    await tab.app.start()
    await expect(tab.app.login()).rejects.toMatchObject({ code: 'provider_unavailable' })
    undo()
    browser.wait(10)
    await tab.app.login()
    expect(tab.app.getSnapshot().error).toBeNull()
    expect(tab.destination()).toContain('/oauth2/auth?')
  })

  it.each([
    ['500 JSON', () => json({ error: '<b>x</b>' }, 500)],
    ['500 HTML', () => new Response('<b>x</b>', { status: 500 })],
    ['503', () => new Response(null, { status: 503 })],
    ['429', () => new Response(null, { status: 429 })],
  ])(
    'TR-01 an answer of %s is trouble that may pass, and its body is not told',
    async (_name, say) => {
      const { tab, answer } = await beginSignIn()
      browser.provider.on(paths.token, say)
      await tab.open(answer).start()
      const { error } = tab.app.getSnapshot()
      expect(error?.code).toBe('provider_unavailable')
      expect(error?.message).not.toContain('<b>')
    },
  )

  it('TR-03 an answer that does not come is waited for no longer than the time limit', async () => {
    browser = await createBrowser({ timeout: 500 })
    const { tab, answer } = await beginSignIn()
    browser.provider.on(paths.token, async () => new Promise(() => undefined))
    await tab.open(answer).start()
    expect(tab.app.getSnapshot().error?.code).toBe('provider_unavailable')
  })

  it('TR-14 TR-19 follows no redirect, and sends no cookie and no secret', async () => {
    const { tab, answer } = await beginSignIn()
    browser.provider.on(
      paths.token,
      () => new Response(null, { status: 307, headers: { location: 'https://evil.example' } }),
    )
    await tab.open(answer).start()
    expect(tab.app.getSnapshot().error?.code).toBe('provider_response_invalid')
    const [request] = browser.provider.to(paths.token)
    expect(request?.headers.has('cookie')).toBe(false)
    expect(request?.headers.has('authorization')).toBe(false)
    expect(request?.form.has('client_secret')).toBe(false)
  })

  it.each([
    ['no client id', { clientId: '' }, 'KINDE_CLIENT_ID'],
    ['no issuer', { issuer: '' }, 'KINDE_ISSUER_URL'],
    ['an option that does not exist', { redirectUrl: '/x' }, 'redirectUrl'],
    ['a secret', { clientSecret: 'hush' }, 'clientSecret'],
    ['a callback on another site', { redirectUri: 'https://evil.example/callback' }, 'redirectUri'],
  ])('with %s the page says so', async (_name, changes: object, named) => {
    const tab = browser.tab('/', changes)
    await tab.app.start()
    await tab.app.login().catch(() => undefined)
    const { status, error } = tab.app.getSnapshot()
    expect(status).toBe('unauthenticated')
    expect(codeOf(error)).toBe('configuration_invalid')
    expect(error?.message).toContain(named)
    expect(error?.message).not.toContain('hush')
    expect(tab.page.assigned).toEqual([])
  })
})
