import { beforeEach, describe, expect, it } from 'vitest'
import { type Browser, clicked, createBrowser, fetched } from './browser.ts'
import { createSite, type Site } from './site.ts'
import { secrets } from './settings.ts'
import { createOpenStore, type OpenStore } from './stores.ts'
import { untilDone, useFastTimers } from './time.ts'

const cookie = '__Host-trefoil.session'
const hour = 3600
const day = 24 * hour

describe('a session in cookies', () => {
  let site: Site
  let browser: Browser
  beforeEach(async () => {
    site = await createSite()
    browser = site.browser
    await site.signIn()
  })
  const user = async (other = browser): Promise<string | undefined> =>
    (await site.app.session(other.view('/')))?.user.id

  it('is sealed, HttpOnly, Lax, Secure, with the __Host- prefix', async () => {
    const { cookies } = browser.outcomes.at(-1) ?? {}
    expect(cookies?.find(({ name }) => name === cookie)).toEqual({
      name: cookie,
      value: expect.stringMatching(/^1~[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/),
      maxAge: day,
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'lax',
    })
  })

  it('SE-30 tells what an application shows and holds no token', async () => {
    const session = await site.app.session(browser.view('/'))
    expect(session).toEqual({
      user: {
        id: 'kp_1',
        name: 'Olivia Owner',
        givenName: null,
        familyName: null,
        email: 'owner@example.com',
        emailVerified: null,
        picture: null,
      },
      organization: { code: 'org_acme', name: null },
      organizations: [{ code: 'org_acme', name: null }],
      permissions: ['read:reports'],
      roles: [],
      flags: { beta_dashboard: true },
      scopes: ['openid', 'profile', 'email', 'offline'],
      authenticatedAt: site.now() / 1000,
      expiresAt: site.now() / 1000 + day,
      accessTokenExpiresAt: site.now() / 1000 + hour,
    })
  })

  it('SE-03 SE-04 is another one after every sign-in, and a planted one is over', async () => {
    const planted = browser.copy()
    const before = browser.jar.get(cookie)
    await site.signIn()
    expect(browser.jar.get(cookie)).not.toBe(before)
    expect(await user(planted)).toBeUndefined()
    expect(await user()).toBe('kp_1')
  })

  it.each([
    ['changed', (value: string) => value.replace(/.{2}$/, (last) => (last === 'AA' ? 'BA' : 'AA'))],
    [
      'changed in the middle',
      (value: string) => value.replace(/(?<=.{200})./, (one) => (one === 'A' ? 'B' : 'A')),
    ],
    ['cut', (value: string) => value.slice(0, -20)],
    ['doubled', (value: string) => value + value],
    ['empty', () => ''],
    ['no base64', () => '1~%%%%'],
    ['of another algorithm', (value: string) => value.replace(/~[^.]+/, '~eyJhbGciOiJub25lIn0')],
    ['of another kind', () => '[object Object]'],
  ])('SE-05 that is %s is nobody, and is cleared', async (_name, change) => {
    browser.jar.set(cookie, change(browser.jar.get(cookie) ?? ''))
    expect(await user()).toBeUndefined()
    const answer = await browser.open()
    expect(answer).toMatchObject({ state: 'anonymous', session: null })
    expect(answer.cookies).toEqual([
      { ...answer.cookies[0], name: cookie, value: '', maxAge: 0, path: '/', secure: true },
    ])
    expect((await browser.go('/auth/session', { headers: fetched })).status).toBe(200)
  })

  it('SE-07 of another issuer, client or application is nobody', async () => {
    for (const changes of [{ clientId: 'client-2' }, { issuer: 'https://other.kinde.test' }]) {
      expect(await site.another(changes).session(browser.view('/'))).toBeNull()
    }
    browser.jar.set('__Host-other.session', browser.jar.get(cookie) ?? '')
    expect(await site.another({ name: 'other' }).session(browser.view('/'))).toBeNull()
  })

  it('SE-10 goes on after the secret was rotated, is sealed anew, and ends with its secret', async () => {
    const rotated = browser.copy(site.another({ secret: [secrets[1], secrets[0]] }))
    const answer = await rotated.open()
    expect(answer).toMatchObject({ state: 'current', session: { user: { id: 'kp_1' } } })
    expect(answer.cookies).toHaveLength(1)
    expect((await rotated.open()).cookies).toEqual([])
    const later = site.another({ secret: secrets[1] })
    expect((await later.session(rotated.view('/')))?.user.id).toBe('kp_1')
    expect(await later.session(browser.view('/'))).toBeNull()
  })

  it('SE-12 ends when nobody uses it for a day, and not while somebody does', async () => {
    site.server.lifetime = 30 * day
    await site.signIn()
    const idle = browser.copy()
    for (let hours = 0; hours < 30; hours += 10) {
      site.wait(10 * hour)
      await browser.open()
    }
    expect(await user()).toBe('kp_1')
    expect(await user(idle)).toBeUndefined()
    site.wait(day)
    expect(await user()).toBeUndefined()
  })

  it('SE-12 ends a week after the sign-in, however much it is used and renewed', async () => {
    for (let hours = 0; hours < 7 * 24 - 2; hours += 2) {
      site.wait(2 * hour)
      const { session } = await browser.open()
      expect(session?.user.id).toBe('kp_1')
    }
    const { session } = await browser.open()
    expect(session?.expiresAt).toBe(site.now() / 1000 + 2 * hour)
    site.wait(2 * hour)
    expect(await user()).toBeUndefined()
    expect((await browser.open()).session).toBeNull()
  })

  it('SE-12 ends by limits that were shortened after it began', async () => {
    const shorter = site.another({ session: { idleTimeout: hour } })
    site.wait(hour - 1)
    expect((await shorter.session(browser.view('/')))?.user.id).toBe('kp_1')
    site.wait(1)
    expect(await shorter.session(browser.view('/'))).toBeNull()
  })

  it('SE-12 is written anew for its use ten times an idle time at most', async () => {
    site.server.lifetime = day
    await site.signIn()
    let written = 0
    for (let minute = 0; minute < 24 * 60; minute += 10) {
      site.wait(600)
      written += (await browser.open()).cookies.length
    }
    expect(written).toBeLessThanOrEqual(10)
  })

  it('SE-13 SE-14 takes as many parts as it needs, clears what is left over, and mixes none', async () => {
    site.server.rights = { permissions: Array.from({ length: 60 }, (_, n) => `permission:${n}`) }
    const { cookies } = await site.signIn()
    const parts = cookies.filter(({ name }) => name.startsWith(cookie))
    expect(parts.map(({ name }) => name)).toEqual([cookie, `${cookie}.1`])
    for (const { name, value } of parts)
      expect(name.length + value.length).toBeLessThanOrEqual(4096)
    expect((await site.app.session(browser.view('/')))?.permissions).toHaveLength(60)
    site.server.rights = {}
    await site.signIn()
    expect(browser.names(cookie)).toEqual([cookie])
    browser.jar.set(`${cookie}.9`, 'foreign')
    for (let index = 1; index < 100; index++) browser.jar.set(`${cookie}.${index}0`, 'planted')
    expect(await user()).toBe('kp_1')
  })

  it('SE-14 with a part missing is nobody, and is not cleared by a browser in the middle of storing', async () => {
    site.server.rights = { permissions: Array.from({ length: 60 }, (_, n) => `permission:${n}`) }
    await site.signIn()
    const torn = browser.copy()
    torn.jar.set(`${cookie}.1`, 'older')
    expect(await torn.open()).toMatchObject({ session: null, cookies: [] })
    torn.jar.delete(`${cookie}.1`)
    expect((await torn.open()).session).toBeNull()
    expect(await user()).toBe('kp_1')
  })

  it('SE-14 of several parts that stays damaged is cleared', async () => {
    site.server.rights = { permissions: Array.from({ length: 60 }, (_, n) => `permission:${n}`) }
    await site.signIn()
    const [torn, short] = [browser.copy(), browser.copy()]
    torn.jar.set(`${cookie}.1`, 'older')
    short.jar.delete(cookie)
    for (const damaged of [torn, short]) {
      expect(await damaged.open()).toMatchObject({ session: null, cookies: [] })
      site.wait(9)
      expect(await damaged.open()).toMatchObject({ session: null, cookies: [] })
      site.wait(1)
      expect((await damaged.open()).cookies).not.toEqual([])
      expect(damaged.names(cookie)).toEqual([])
    }
    expect(await user()).toBe('kp_1')
  })

  it('SE-15 finds its cookie among 500 others, duplicates and odd names', async () => {
    const own = browser.view('/').header('cookie') ?? ''
    const others = Array.from({ length: 500 }, (_, n) => `other${n}="${'x'.repeat(100)}"`)
    const header = `__proto__=1; ${own}; ${cookie}=second; =; ;; ${others.join('; ')}`
    const view = {
      ...browser.view('/'),
      header: (name: string) => (name === 'cookie' ? header : undefined),
    }
    expect((await site.app.session(view))?.user.id).toBe('kp_1')
  })

  it('SE-19 is deleted with the attributes it was set with', async () => {
    const set = browser.outcomes.at(-1)?.cookies.find(({ name }) => name === cookie)
    const { cookies } = await browser.go('/auth/logout', { method: 'POST', headers: clicked })
    expect(cookies.find(({ name }) => name === cookie)).toEqual({ ...set, value: '', maxAge: 0 })
    expect(browser.names(cookie)).toEqual([])
  })

  it('is shared with subdomains only when asked, and then without the __Host- prefix', async () => {
    const shared = createBrowser(site.another({ cookieDomain: 'app.example' }))
    const { cookies } = await site.signIn(shared)
    expect(cookies.find(({ name }) => name === '__Secure-trefoil.session')).toMatchObject({
      domain: 'app.example',
      secure: true,
    })
  })

  it('hides from links on other sites when asked, and still signs in', async () => {
    const strict = createBrowser(site.another({ session: { sameSite: 'strict' } }))
    const { cookies } = await site.signIn(strict)
    expect(cookies.find(({ name }) => name === cookie)?.sameSite).toBe('strict')
  })

  it('is not Secure on plain http, which is for this machine alone', async () => {
    const local = createBrowser(
      site.another({ siteUrl: 'http://localhost:3000' }),
      'http://localhost:3000',
    )
    const { cookies } = await site.signIn(local)
    expect(cookies.find(({ name }) => name === 'trefoil.session')?.secure).toBe(false)
  })

  it('cannot be ended from elsewhere without a place to remember that', async () => {
    await expect(site.app.endSessions({ subject: 'kp_1' })).rejects.toMatchObject({
      code: 'feature_unavailable',
    })
  })
})

describe('the session endpoint', () => {
  let site: Site
  let browser: Browser
  beforeEach(async () => {
    site = await createSite()
    browser = site.browser
  })
  const ask = async (headers = fetched): Promise<unknown> =>
    JSON.parse((await browser.go('/auth/session', { headers })).body ?? '')

  it('says null while nobody is signed in', async () => {
    expect(await ask()).toEqual({ session: null })
  })

  it('CS-04 SE-30 gives claims and no token, for this site alone and for no cache', async () => {
    await site.signIn()
    expect(await ask()).toEqual({ session: await site.app.session(browser.view('/')) })
    expect(browser.outcomes.at(-1)?.headers).toEqual({
      'cache-control': 'private, no-store',
      vary: 'Cookie',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-type': expect.stringContaining('application/json'),
      'cross-origin-resource-policy': 'same-origin',
    })
  })

  it('renews what is due and keeps the new cookie', async () => {
    await site.signIn()
    site.wait(hour)
    await ask()
    expect(site.tokenCalls('refresh_token')).toBe(1)
    expect(await ask()).toMatchObject({
      session: { accessTokenExpiresAt: site.now() / 1000 + hour },
    })
    expect(site.tokenCalls('refresh_token')).toBe(1)
  })

  it.each(['cross-site', 'same-site'])('CS-02 CS-04 refuses what is %s', async (from) => {
    await site.signIn()
    const outcome = await browser.go('/auth/session', {
      headers: { ...fetched, 'sec-fetch-site': from },
    })
    expect(outcome.status).toBe(403)
    expect(outcome.body).not.toContain('kp_1')
  })

  it('GU-18 is for GET alone', async () => {
    expect(await browser.go('/auth/session', { method: 'POST', headers: fetched })).toMatchObject({
      status: 405,
      headers: { allow: 'GET' },
    })
  })
})

describe('a session in a store', () => {
  useFastTimers()
  let site: Site
  let store: OpenStore
  let browser: Browser
  beforeEach(async () => {
    site = await createSite()
    store = createOpenStore(site.now)
    browser = createBrowser(site.another({ session: { store } }))
    await untilDone(site.signIn(browser))
  })
  const open = async (other = browser): ReturnType<Browser['open']> => untilDone(other.open())
  const sessionKey = (): string =>
    [...store.entries.keys()].find((key) => key.includes(':session:')) ?? ''

  it('SE-02 leaves an id in the cookie, sealed, and its digest in the store', async () => {
    expect(browser.jar.get(cookie)?.length).toBeLessThan(600)
    expect([...store.entries.keys()]).toEqual([
      expect.stringMatching(/^trefoil:session:[\w-]{43}$/),
    ])
    const other = createBrowser(site.another({ session: { store } }))
    await untilDone(site.signIn(other))
    expect(store.entries.size).toBe(2)
  })

  it('SE-25 keeps tokens and claims sealed there', async () => {
    const written = store.written.join('\n')
    for (const secret of site.server.secrets) expect(written).not.toContain(secret)
    expect(written).not.toMatch(/Olivia|owner@example|kp_1|read:reports/)
    expect(store.entries.get(sessionKey())).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/)
  })

  it("SE-25 never shows one user's session under another's key", async () => {
    const key = sessionKey()
    const other = createBrowser(site.another({ session: { store } }))
    site.server.user = { sub: 'kp_2' }
    await untilDone(site.signIn(other))
    const foreign = [...store.entries].find(([name]) => name !== key)?.[1] ?? ''
    store.entries.set(key, foreign)
    expect((await open()).session).toBeNull()
  })

  it.each([
    ['garbage', () => 'garbage'],
    ['JSON of another program', () => '{"user":{"id":"kp_admin"}}'],
    ['nothing in a text', () => ''],
    ['half of it', (value: string) => value.slice(0, value.length / 2)],
  ])('SE-23 with %s in the store is nobody, and the entry is dropped', async (_name, change) => {
    const key = sessionKey()
    store.entries.set(key, change(store.entries.get(key) ?? ''))
    expect(await open()).toMatchObject({ state: 'anonymous', session: null })
    expect(store.entries.has(key)).toBe(false)
  })

  it('SE-20 is 503 and never nobody while the store is down', async () => {
    store.failure = new Error('connection refused')
    const app = site.another({ session: { store } })
    const view = browser.view('/')
    for (const ask of ['session', 'read', 'refresh'] as const) {
      await expect(untilDone<unknown>(app[ask](view))).rejects.toMatchObject({
        code: 'session_store_unavailable',
        status: 503,
      })
    }
    const outcome = await untilDone(browser.go('/auth/session', { headers: fetched }))
    expect(outcome).toMatchObject({ status: 503, cookies: [] })
    expect(outcome.body).not.toContain('connection refused')
    store.failure = undefined
    site.wait(1)
    expect((await open()).session?.user.id).toBe('kp_1')
  })

  it('SE-22 waits half a second for a store that hangs, then nobody waits until it is back', async () => {
    let asked = 0
    store.before = () => {
      asked++
      return new Promise(() => undefined)
    }
    const view = browser.view('/')
    const app = site.another({ session: { store } })
    for (let round = 0; round < 50; round++) {
      await expect(untilDone(app.session(view))).rejects.toMatchObject({ status: 503 })
    }
    expect(asked).toBeLessThanOrEqual(8)
    store.before = () => undefined
    site.wait(1)
    expect((await untilDone(app.session(view)))?.user.id).toBe('kp_1')
  })

  it('SE-24 lives there as long as it can live at all, and touches it seldom', async () => {
    const writes = (): number => store.written.filter((key) => key === sessionKey()).length
    site.server.lifetime = 7 * day
    await untilDone(browser.open('/', { force: true }))
    const before = writes()
    for (let round = 0; round < 20; round++) {
      site.wait(hour)
      await open()
    }
    expect(writes() - before).toBeLessThanOrEqual(8)
    site.wait(day)
    expect(await store.get(sessionKey())).toBeUndefined()
    expect((await open()).session).toBeNull()
  })

  it('LO-03 is over in every copy of the cookie after the sign-out', async () => {
    const copies = [browser.copy(), browser.copy(site.another({ session: { store } }))]
    await untilDone(browser.go('/auth/logout', { method: 'POST', headers: clicked }))
    expect([...store.entries.keys()].filter((key) => key.includes(':session:'))).toEqual([])
    for (const copy of copies) expect((await open(copy)).session).toBeNull()
  })

  it('CB-31 is over on every server when somebody signs in in its place', async () => {
    const copy = browser.copy(site.another({ session: { store } }))
    await untilDone(site.signIn(browser))
    expect((await open(copy)).session).toBeNull()
    expect((await open()).session?.user.id).toBe('kp_1')
  })

  it('SE-10 is sealed anew in the store after the secret was rotated', async () => {
    const rotated = browser.copy(
      site.another({ session: { store }, secret: [secrets[1], secrets[0]] }),
    )
    expect((await open(rotated)).cookies).toHaveLength(1)
    const later = rotated.copy(site.another({ session: { store }, secret: secrets[1] }))
    expect((await open(later)).session?.user.id).toBe('kp_1')
  })

  it('SE-29 LO-18 ends with all of the user, in every process, sign-ins under way included', async () => {
    const other = site.another({ session: { store } })
    const elsewhere = browser.copy(other)
    site.wait(1)
    const { location } = await untilDone(elsewhere.copy().go('/auth/login'))
    const pending = createBrowser(other)
    const begun = await untilDone(pending.go('/auth/login'))
    const url = await site.server.authorize(begun.location)
    expect(location).toBeTruthy()
    await untilDone(other.endSessions({ subject: 'kp_1' }))
    site.wait(1)
    await untilDone(pending.go(url))
    for (const each of [browser, elsewhere, pending]) {
      expect((await open(each)).session).toBeNull()
    }
    await untilDone(site.signIn(browser))
    expect((await open()).session?.user.id).toBe('kp_1')
    expect(site.events).toContainEqual({
      type: 'ended_elsewhere',
      subject: 'kp_1',
      issuer: site.provider.issuer,
    })
  })
})

describe('a deny list beside cookies', () => {
  useFastTimers()
  it('LO-03 SE-29 ends copies of the cookie in every process', async () => {
    const site = await createSite()
    const denyList = createOpenStore(site.now)
    const [one, two] = [1, 2].map(() => site.another({ session: { denyList } }))
    if (!one || !two) throw new Error('two servers are needed')
    const browser = createBrowser(one)
    await untilDone(site.signIn(browser))
    const copy = browser.copy(two)
    expect((await untilDone(copy.open())).session?.user.id).toBe('kp_1')
    await untilDone(browser.go('/auth/logout', { method: 'POST', headers: clicked }))
    site.wait(1)
    expect((await untilDone(copy.open())).session).toBeNull()
    denyList.failure = new Error('down')
    site.wait(1)
    await expect(untilDone(copy.open())).rejects.toMatchObject({ status: 503 })
  })
})

describe('LD-01 SE-27 a hundred users at once', () => {
  it('never see each other, with refreshes and sign-outs', { timeout: 60_000 }, async () => {
    const site = await createSite()
    const users = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const browser = createBrowser(site.app)
        const { location } = await browser.go('/auth/login')
        site.server.user = { sub: `kp_${index}`, name: `User ${index}` }
        const url = site.server.authorize(location)
        await browser.go(await url)
        return { browser, id: `kp_${index}` }
      }),
    )
    let mixed = 0
    for (let round = 0; round < 20; round++) {
      site.wait(round % 5 === 0 ? hour : 60)
      const answers = await Promise.all(
        users.flatMap(({ browser, id }, index) =>
          Array.from({ length: 5 }, async () => {
            if (round === 10 && index % 10 === 0) {
              await browser.go('/auth/logout', { method: 'POST', headers: clicked })
            }
            const { session } = await browser.open()
            return session === null || session.user.id === id
          }),
        ),
      )
      mixed += answers.filter((isRight) => !isRight).length
    }
    expect(mixed).toBe(0)
    const live = await Promise.all(users.map(async ({ browser }) => (await browser.open()).session))
    expect(live.filter((session) => session !== null)).toHaveLength(90)
  })
})
