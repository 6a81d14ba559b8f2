import { beforeEach, describe, expect, it } from 'vitest'
import type { BackendApp } from '../src/backend-app.ts'
import { createMachineApp } from '../src/machine-app.ts'
import { type Browser, clicked, createBrowser } from './browser.ts'
import { type Claims, createFakeProvider, json, paths } from './fake-provider.ts'
import type { SessionStore } from '../src/session-store.ts'
import { createSite, type Site } from './site.ts'
import { createOpenStore, type OpenStore, withoutLock } from './stores.ts'
import { holdBack, loseFirst } from './network.ts'
import { untilDone, useFastTimers } from './time.ts'

/** Past the time from which a token of an hour is renewed. */
const due = 3600 - 40
const refreshed = (site: Site): number => site.tokenCalls('refresh_token')

describe('a refresh', () => {
  let site: Site
  let browser: Browser
  beforeEach(async () => {
    site = await createSite()
    browser = site.browser
    await site.signIn()
  })

  it('is not done before it is due', async () => {
    site.wait(3600 - 80)
    expect(await browser.open()).toMatchObject({ state: 'current' })
    expect(refreshed(site)).toBe(0)
  })

  it('is done a minute ahead and reaches the same request', async () => {
    const before = (await browser.open()).getAccessToken()
    site.wait(due)
    site.server.rights = { permissions: ['write:reports'] }
    const authentication = await browser.open()
    expect(authentication).toMatchObject({
      state: 'renewed',
      session: { permissions: ['write:reports'] },
      headers: { 'cache-control': 'private, no-store', vary: 'Cookie' },
    })
    expect(authentication.getAccessToken()).not.toBe(before)
    expect(await browser.open()).toMatchObject({ state: 'current' })
    expect(refreshed(site)).toBe(1)
  })

  it('reads without renewing and without writing', async () => {
    site.wait(due)
    expect(await site.app.read(browser.view('/'))).toMatchObject({ state: 'current', cookies: [] })
    expect((await site.app.session(browser.view('/')))?.user.id).toBe('kp_1')
    expect(refreshed(site)).toBe(0)
  })

  it('RF-01 is one token request for 100 parallel requests and 10 late ones, with strict rotation', async () => {
    site.wait(due)
    const view = browser.view('/')
    const parallel = await Promise.all(Array.from({ length: 100 }, () => site.app.refresh(view)))
    site.wait(9)
    const late = await Promise.all(Array.from({ length: 10 }, () => site.app.refresh(view)))
    expect(refreshed(site)).toBe(1)
    const all = [...parallel, ...late]
    expect(new Set(all.map(({ state }) => state))).toEqual(new Set(['renewed']))
    expect(new Set(all.map((answer) => answer.getAccessToken())).size).toBe(1)
    for (const { cookies } of [parallel[0], parallel[99], late[0], late[9]].flatMap(
      (a) => a ?? [],
    )) {
      const other = browser.copy()
      other.keep(cookies)
      expect(await other.open()).toMatchObject({
        state: 'current',
        session: { user: { id: 'kp_1' } },
      })
    }
  })

  it('gives a late request with an old cookie what came of two renewals since', async () => {
    const old = browser.copy()
    await browser.open('/', { force: true })
    const { session } = await browser.open('/', { force: true })
    const answer = await old.open()
    expect(answer).toMatchObject({ state: 'renewed', session })
    site.wait(due)
    expect(await old.open()).toMatchObject({ state: 'renewed' })
  })

  it('SE-04 RF-15 keeps the session and counts new rights at once', async () => {
    site.wait(due)
    site.server.rights = { permissions: [], org_code: 'org_2', scp: ['openid'] }
    const { session } = await browser.open()
    expect(session).toMatchObject({
      user: { id: 'kp_1' },
      permissions: [],
      organization: { code: 'org_2' },
      scopes: ['openid'],
    })
  })

  it.each([
    ['no ID token', { id_token: null }],
    ['no refresh token', { refresh_token: null }],
    ['no lifetime', { expires_in: null }],
    ['a token type in small letters', { token_type: 'bearer' }],
  ])('RF-12 works with %s in the answer', async (_name, members) => {
    site.server.rotation = 'none'
    site.server.refreshed = members
    for (let round = 1; round < 4; round++) {
      site.wait(due)
      expect(await browser.open()).toMatchObject({
        state: 'renewed',
        session: { user: { name: 'Olivia Owner' } },
      })
      expect(refreshed(site)).toBe(round)
    }
  })

  it('renews again at once where the provider does not rotate', async () => {
    site.server.rotation = 'none'
    await browser.open('/', { force: true })
    site.server.rights = { permissions: ['fresh'] }
    const { session } = await browser.open('/', { force: true })
    expect(session?.permissions).toEqual(['fresh'])
    expect(refreshed(site)).toBe(2)
  })

  it('RF-16 asks once a request at most when tokens live a second', async () => {
    site.server.lifetime = 1
    await browser.open('/', { force: true })
    for (let round = 0; round < 3; round++) {
      site.wait(1)
      await browser.open()
    }
    expect(refreshed(site)).toBe(4)
  })

  describe.each([
    ['500', () => json({ error: 'server_error' }, 500)],
    ['503', () => new Response('<h1>maintenance</h1>', { status: 503 })],
    ['429', () => new Response('', { status: 429, headers: { 'retry-after': '1' } })],
    ['a page', () => new Response('<p>captive</p>')],
    ['half an answer', () => new Response('{"access_token":"a')],
    [
      'nothing',
      () => {
        throw new DOMException('timed out', 'TimeoutError')
      },
    ],
    ['invalid_client', () => json({ error: 'invalid_client' }, 401)],
  ])('RF-07 RF-08 RF-10 answered with %s', (_name, answer) => {
    let undo: () => void
    beforeEach(() => {
      site.wait(due)
      undo = site.provider.on(paths.token, answer)
    })

    it('keeps the session, and the old token while it lasts', async () => {
      const authentication = await browser.open()
      expect(authentication).toMatchObject({
        state: 'kept',
        session: { user: { id: 'kp_1' } },
        cookies: [],
      })
      expect(authentication.error?.code).toMatch(/^(provider_|client_)/)
      expect(authentication.getAccessToken()).toBeTruthy()
      site.wait(60)
      const later = await browser.open()
      expect(later.session?.user.id).toBe('kp_1')
      expect(() => later.getAccessToken()).toThrow(
        expect.objectContaining({ code: 'access_token_expired', status: 503 }),
      )
    })

    it('is tried again and renews when the trouble is over, without another login', async () => {
      await browser.open()
      undo()
      site.wait(10)
      expect(await browser.open()).toMatchObject({ state: 'renewed' })
      expect(browser.outcomes).toHaveLength(2)
    })

    it('is not asked by every request of a storm', async () => {
      const view = browser.view('/')
      await Promise.all(Array.from({ length: 50 }, () => site.app.refresh(view)))
      await Promise.all(Array.from({ length: 50 }, () => site.app.refresh(view)))
      expect(refreshed(site)).toBe(1)
      expect(site.events.filter(({ type }) => type === 'renewal_failed')).toHaveLength(1)
    })
  })

  it('RF-08 after an answer that was lost tries the old token once more, within its overlap', async () => {
    site.server.rotation = 'overlap'
    site.wait(due)
    const app = site.another({ fetch: loseFirst(site.provider.fetch, paths.token) })
    const other = browser.copy(app)
    expect(await other.open()).toMatchObject({ state: 'kept' })
    site.wait(3)
    expect(await other.open()).toMatchObject({ state: 'renewed' })
  })

  it('SE-28 RF-22 ends with invalid_grant, once and cleanly, and asks no more', async () => {
    site.server.endGrants()
    site.wait(due)
    const view = browser.view('/')
    const first = await Promise.all(Array.from({ length: 20 }, () => site.app.refresh(view)))
    expect(new Set(first.map(({ state }) => state))).toEqual(new Set(['ended']))
    for (const { session, error, cookies } of first) {
      expect([session, error?.code, cookies]).toEqual([null, 'session_expired', []])
    }
    for (let second = 0; second < 60; second++) {
      site.wait(1)
      expect((await browser.open()).session).toBeNull()
    }
    expect(refreshed(site)).toBe(1)
    expect(browser.names('__Host-trefoil.session')).toEqual([])
    expect(site.events.filter(({ type }) => type === 'session_ended')).toHaveLength(1)
    expect((await site.signIn()).status).toBe(302)
    expect((await browser.open()).session?.user.id).toBe('kp_1')
  })

  it.each<[string, Claims]>([
    ['of another user', { sub: 'kp_2' }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another client', { aud: ['other'], azp: 'other' }],
    ['with another nonce', { nonce: 'other' }],
    ['that is over', { exp: 1 }],
  ])('RF-11 ends the session when the new ID token is one %s', async (_name, claims) => {
    site.server.refreshed = { id_token: await site.provider.idToken(claims) }
    site.wait(due)
    const { state, session, error } = await browser.open()
    expect([state, session, error?.code]).toEqual(['ended', null, 'id_token_invalid'])
    expect((await site.app.handle(browser.view('/auth/session')))?.body).not.toContain('kp_2')
  })

  it('RF-11 takes nothing of an answer whose ID token is signed by nobody', async () => {
    const unsigned = (await site.provider.idToken()).replace(/[^.]+$/, '')
    site.server.refreshed = { id_token: unsigned }
    site.server.rights = { permissions: ['everything'] }
    site.wait(due)
    expect(await browser.open()).toMatchObject({ state: 'ended', session: null })
  })

  it('RF-03 on two servers with cookies alone, the loser leaves the winner its cookie', async () => {
    const loser = browser.copy(site.another())
    site.wait(due)
    const winner = await browser.open()
    const lost = await loser.open()
    expect(winner.state).toBe('renewed')
    expect(lost).toMatchObject({ state: 'ended', cookies: [] })
  })

  it('RF-13 on two servers with cookies alone and an overlap, both renew', async () => {
    site.server.rotation = 'overlap'
    const other = browser.copy(site.another())
    site.wait(due)
    expect((await browser.open()).state).toBe('renewed')
    expect((await other.open()).state).toBe('renewed')
  })

  it('RF-20 does not bring back a session that was signed out meanwhile, and revokes what came', async () => {
    site.wait(due)
    const { fetch, held, release } = holdBack(site.provider.fetch, paths.token)
    const other = browser.copy(site.another({ fetch }))
    const view = other.view('/')
    const refreshing = other.open()
    await held
    await other.go('/auth/logout', { method: 'POST', headers: clicked })
    release()
    expect(await refreshing).toMatchObject({ state: 'ended', session: null, cookies: [] })
    expect((await other.copy().open()).session).toBeNull()
    expect(view.header('cookie')).toContain('session')
    const [old, fresh] = site.server.revoked
    expect(site.server.secrets).toContain(fresh)
    expect(fresh).not.toBe(old)
  })

  it("RF-21 does not overwrite another user's sign-in in another tab", async () => {
    site.wait(due)
    const view = browser.view('/')
    site.server.user = { sub: 'kp_2', name: 'Max' }
    await site.signIn()
    const { cookies } = await site.app.refresh(view)
    browser.keep(cookies)
    expect((await site.app.session(browser.view('/')))?.user.id).toBe('kp_2')
  })

  it('says that there is no refresh token instead of trying without', async () => {
    site.server.refreshed = {}
    site.provider.on(paths.token, async () =>
      json({
        access_token: await site.provider.accessToken(),
        id_token: await site.provider.idToken({ nonce: site.provider.nonce }),
        token_type: 'bearer',
        expires_in: 60,
      }),
    )
    const other = createBrowser(site.app)
    const { location = '' } = await other.go('/auth/login')
    site.provider.nonce = new URL(location).searchParams.get('nonce') ?? ''
    await other.go(await site.server.authorize(location))
    site.wait(61)
    const authentication = await other.open('/', { force: true })
    expect(authentication.session?.user.id).toBe('kp_1')
    expect(() => authentication.getAccessToken()).toThrow('offline')
    expect(refreshed(site)).toBe(0)
  })
})

describe("refresh({ claims: 'fresh' })", () => {
  const refreshClaims = '/api/v1/users/kp_1/refresh_claims'
  const machineFor = (site: Site): ReturnType<typeof createMachineApp> => {
    site.provider.on(paths.token, ({ form }) =>
      form.get('grant_type') === 'client_credentials'
        ? json({ access_token: 'machine-token', token_type: 'bearer', expires_in: 3600 })
        : undefined,
    )
    return createMachineApp({
      issuer: site.provider.issuer,
      clientId: 'machine-1',
      clientSecret: 'machine-secret',
      fetch: site.provider.fetch,
      clock: site.now,
      env: {},
    })
  }

  it('has the claims computed anew, then renews', async () => {
    const site = await createSite()
    await site.signIn()
    // The machine's token and the user's come from one endpoint.
    const browser = site.browser.copy(site.another({ machine: machineFor(site) }))
    site.provider.tokenAnswer = async () => ({
      access_token: await site.provider.accessToken({ permissions: ['new'] }),
      refresh_token: 'next',
      token_type: 'bearer',
    })
    site.provider.on(refreshClaims, () => json({ code: 'OK' }))
    const { state, session } = await browser.open('/', { claims: 'fresh' })
    expect([state, session?.permissions]).toEqual(['renewed', ['new']])
    const [asked] = site.provider.to(refreshClaims)
    expect(asked?.method).toBe('POST')
    expect(asked?.headers.get('authorization')).toBe('Bearer machine-token')
  })

  it("asks the machine application's own issuer where the site's is a custom domain", async () => {
    const site = await createSite()
    await site.signIn()
    const tenant = await createFakeProvider({ clock: site.now, issuer: 'https://acme.kinde.test' })
    tenant.tokenAnswer = async () => ({ access_token: 'machine-token', token_type: 'bearer' })
    tenant.on(refreshClaims, () => json({ code: 'OK' }))
    const machine = createMachineApp({
      issuer: tenant.issuer,
      clientId: 'machine-1',
      clientSecret: 'machine-secret',
      fetch: tenant.fetch,
      clock: site.now,
      env: {},
    })
    const browser = site.browser.copy(site.another({ machine }))
    expect((await browser.open('/', { claims: 'fresh' })).state).toBe('renewed')
    expect(tenant.to(refreshClaims)).toHaveLength(1)
    expect(tenant.to(paths.token)[0]?.form.get('audience')).toBe(`${tenant.issuer}/api`)
  })

  it('says which option is missing, and what the management API refused', async () => {
    const site = await createSite()
    await site.signIn()
    await expect(site.browser.open('/', { claims: 'fresh' })).rejects.toThrow('machine is missing')
    const browser = site.browser.copy(site.another({ machine: machineFor(site) }))
    site.provider.on(refreshClaims, () => json({ errors: [] }, 403))
    await expect(browser.open('/', { claims: 'fresh' })).rejects.toMatchObject({
      code: 'account_api_failed',
    })
  })
})

describe('servers that share a store', () => {
  useFastTimers()
  let site: Site
  let store: OpenStore
  beforeEach(async () => {
    site = await createSite()
    store = createOpenStore(site.now)
  })

  /** A browser signed in, and a copy of it in front of another server. */
  const signIn = async (
    shared: OpenStore | ReturnType<typeof withoutLock> = store,
  ): Promise<[Browser, Browser]> => {
    const servers: BackendApp[] = [1, 2].map(() => site.another({ session: { store: shared } }))
    const [one, two] = servers
    if (!one || !two) throw new Error('two servers are needed')
    const browser = createBrowser(one)
    await untilDone(site.signIn(browser))
    return [browser, browser.copy(two)]
  }

  it('RF-02 LD-06 refresh once and give everyone the new token', async () => {
    const [one, two] = await signIn()
    site.wait(due)
    const asking = Array.from({ length: 40 }, (_, index) => (index % 2 ? one : two).open())
    const all = await untilDone(Promise.all(asking))
    expect(refreshed(site)).toBe(1)
    expect(new Set(all.map(({ state }) => state))).toEqual(new Set(['renewed']))
    expect(new Set(all.map((answer) => answer.getAccessToken())).size).toBe(1)
    expect(await two.open()).toMatchObject({ state: 'current', session: { user: { id: 'kp_1' } } })
  })

  it('RF-02 do not renew what another one has just renewed', async () => {
    const [one, two] = await signIn()
    site.wait(due)
    let isRenewed = false
    store.before = async (operation) => {
      if (operation !== 'lock' || isRenewed) return
      isRenewed = true
      await two.open()
    }
    expect((await untilDone(one.open())).state).toBe('renewed')
    expect(isRenewed).toBe(true)
    expect(refreshed(site)).toBe(1)
  })

  it('keep the session of the one that lost, where the store cannot lock', async () => {
    const [one, two] = await signIn(withoutLock(store))
    site.wait(due)
    const both = await untilDone(Promise.all([one.open(), two.open()]))
    expect(refreshed(site)).toBe(2)
    expect(both.map(({ state }) => state)).toEqual(['renewed', 'renewed'])
    for (const browser of [one, two]) {
      expect((await untilDone(browser.open())).session?.user.id).toBe('kp_1')
    }
  })

  it('keep the session when the winner stores its tokens after the loser was refused', async () => {
    const [one, two] = await signIn(withoutLock(store))
    site.wait(due)
    const delayed = new Promise<void>((resolve) => setTimeout(resolve, 400))
    store.before = (operation, key) =>
      operation === 'set' && key.includes(':session:') ? delayed : undefined
    const both = await untilDone(Promise.all([one.open(), two.open()]))
    expect(both.map(({ state }) => state)).toEqual(['renewed', 'renewed'])
  })

  it('SE-28 end the session when the newest refresh token is refused, store entry and cookie included', async () => {
    const [one, two] = await signIn()
    site.server.endGrants()
    site.wait(due)
    expect(await untilDone(one.open())).toMatchObject({ state: 'ended', session: null })
    expect(one.names('__Host-trefoil.session')).toEqual([])
    expect([...store.entries.keys()].filter((key) => key.includes(':session:'))).toEqual([])
    expect(await untilDone(two.open())).toMatchObject({ state: 'anonymous', session: null })
    expect(refreshed(site)).toBe(1)
  })

  it('RF-20 do not bring back what one signed out while the other refreshed', async () => {
    const [one, two] = await signIn()
    site.wait(due)
    const copy = one.copy()
    // The sign-out comes exactly between the look at what stands and the writing of what is new.
    let isOut = false
    store.before = async (operation, key) => {
      if (operation !== 'set' || !key.includes(':session:') || isOut) return
      isOut = true
      await two.go('/auth/logout', { method: 'POST', headers: clicked })
    }
    expect(await untilDone(one.open())).toMatchObject({
      state: 'ended',
      session: null,
      cookies: [],
    })
    expect(isOut).toBe(true)
    expect((await untilDone(copy.open())).session).toBeNull()
    expect([...store.entries.keys()].filter((key) => key.includes(':session:'))).toEqual([])
  })

  it('RF-21 leave the cookie of a newer sign-in alone', async () => {
    const [one, two] = await signIn()
    site.wait(due)
    const view = two.view('/')
    // The other tab signs in anew on the first server while the second refreshes.
    let isIn = false
    store.before = async (operation, key) => {
      if (operation !== 'lock' || isIn || !key) return
      isIn = true
      site.server.user = { sub: 'kp_2' }
      await site.signIn(one)
    }
    const app = site.another({ session: { store } })
    const late = await untilDone(app.refresh(view))
    expect(late).toMatchObject({ state: 'ended', session: null, cookies: [] })
    one.keep(late.cookies)
    expect((await untilDone(one.open())).session?.user.id).toBe('kp_2')
  })

  it('do not overwrite new tokens with the time of the last request', async () => {
    site.server.lifetime = 86_400
    const [one, two] = await signIn()
    site.wait(3 * 3600)
    // The other server renews between the look at the session and its touch.
    let isRenewed = false
    store.before = async (operation) => {
      if (operation !== 'lock' || isRenewed) return
      isRenewed = true
      await two.open('/', { force: true })
    }
    expect((await untilDone(one.open())).session?.user.id).toBe('kp_1')
    expect(isRenewed).toBe(true)
    // With the old refresh token this would be a reuse, and the end.
    expect((await untilDone(one.open('/', { force: true }))).state).toBe('renewed')
  })

  it('RF-02 have metadata and keys before they take the lock, and hold it for what is left to do', async () => {
    const [one] = await signIn()
    site.wait(due)
    const asked = (): number => site.provider.requests.length
    const before = asked()
    const locks: unknown[] = []
    const watched: SessionStore = {
      ...withoutLock(store),
      async lock(key, lifetime) {
        locks.push({ asked: asked() - before, lifetime })
        return store.lock?.(key, lifetime)
      },
    }
    const cold = one.copy(site.another({ timeout: 2000, session: { store: watched } }))
    expect((await untilDone(cold.open())).state).toBe('renewed')
    expect(locks).toEqual([{ asked: 2, lifetime: 9 }])
  })

  it.each([
    ['renewed', async (other: Browser) => other.open()],
    [
      'ended',
      async (other: Browser) => other.go('/auth/logout', { method: 'POST', headers: clicked }),
    ],
  ])('take it as %s from the store when the provider is out of reach', async (state, act) => {
    const [one] = await signIn()
    site.wait(due)
    let isDone = false
    const fetch = async (): Promise<never> => {
      if (!isDone) {
        isDone = true
        await act(one)
      }
      throw new TypeError('fetch failed')
    }
    const cut = one.copy(site.another({ fetch, session: { store } }))
    expect((await untilDone(cut.open())).state).toBe(state)
  })

  it('wait no longer than a refresh takes for a server that died with the lock', async () => {
    const [one, two] = await signIn()
    site.wait(due)
    const key = [...store.entries.keys()].find((name) => name.includes(':session:')) ?? ''
    await store.lock?.(key.replace(':session:', ':lock:'), 15)
    const start = performance.now()
    const kept = await untilDone(one.open())
    expect(kept).toMatchObject({ state: 'kept', session: { user: { id: 'kp_1' } } })
    expect(kept.error?.code).toBe('provider_unavailable')
    expect(performance.now() - start).toBeLessThan(3000)
    site.wait(15)
    expect((await untilDone(two.open())).state).toBe('renewed')
  })

  it('LD-05 keep new tokens that the store did not take, and store them when it is back', async () => {
    const [one, two] = await signIn()
    site.wait(due)
    store.before = async (operation, key) => {
      if (operation === 'set' && key.includes(':session:')) throw new Error('restarting')
    }
    const kept = await untilDone(one.open())
    expect(kept).toMatchObject({ state: 'kept', session: { user: { id: 'kp_1' } } })
    expect(kept.error?.code).toBe('session_store_unavailable')
    store.before = () => undefined
    site.wait(3)
    expect((await untilDone(one.open())).state).toBe('renewed')
    expect((await untilDone(two.open())).state).toBe('current')
    expect(refreshed(site)).toBe(1)
  })
})

describe('a server whose deny list is down for a moment', () => {
  useFastTimers()

  it('keeps the new tokens until it may hand them out', async () => {
    const site = await createSite()
    const denyList = createOpenStore(site.now)
    const browser = createBrowser(site.another({ session: { denyList } }))
    await untilDone(site.signIn(browser))
    site.wait(due)
    // It answers when the session is read, and not when the new tokens are there.
    denyList.before = async () => {
      if (refreshed(site) > 0) throw new Error('down')
    }
    site.provider.on('/.well-known/jwks', () => {
      site.wait(1)
      return undefined
    })
    const kept = await untilDone(browser.open())
    denyList.before = () => undefined
    expect([kept.state, kept.error?.code]).toEqual(['kept', 'session_store_unavailable'])
    site.wait(3)
    expect((await untilDone(browser.open())).state).toBe('renewed')
    expect(refreshed(site)).toBe(1)
  })
})
