import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { BackendOptions } from '../src/backend-options.ts'
import { type Browser, clicked, createBrowser, fetched } from './browser.ts'
import { paths } from './fake-provider.ts'
import { createSite, type Site } from './site.ts'
import { createOpenStore } from './stores.ts'
import { untilDone, useFastTimers } from './time.ts'
import { navigation } from './view.ts'

const session = '__Host-trefoil.session'
const post = { method: 'POST', headers: clicked }

describe('a sign-out', () => {
  let site: Site
  let browser: Browser
  beforeEach(async () => {
    site = await createSite()
    browser = site.browser
    await site.signIn()
  })
  const isSignedIn = async (other = browser): Promise<boolean> =>
    (await site.app.session(other.view('/'))) !== null
  const signInWith = async (changes: BackendOptions): Promise<Browser> => {
    const other = createBrowser(site.another(changes))
    expect(await site.signIn(other)).toMatchObject({ status: 302 })
    return other
  }

  it('LO-01 ends the session here, revokes the refresh token, then goes to the provider', async () => {
    const copy = browser.copy()
    const outcome = await browser.go('/auth/logout', post)
    expect(outcome).toMatchObject({
      status: 303,
      location: `${site.provider.issuer}/logout?redirect=https%3A%2F%2Fapp.example`,
      headers: {
        'cache-control': 'private, no-store',
        'referrer-policy': 'no-referrer',
        'clear-site-data': '"cache"',
      },
    })
    expect(browser.names(session)).toEqual([])
    expect(await isSignedIn(copy)).toBe(false)
    expect(site.server.revoked).toHaveLength(1)
    expect(site.server.secrets).toContain(site.server.revoked[0])
  })

  it('works without a script by a link of the site itself', async () => {
    const outcome = await browser.go('/auth/logout', { headers: clicked })
    expect(outcome.status).toBe(302)
    expect(await isSignedIn()).toBe(false)
  })

  it('works in browsers that say only where a form was', async () => {
    const headers = { accept: 'text/html', origin: 'https://app.example' }
    expect((await browser.go('/auth/logout', { method: 'POST', headers })).status).toBe(303)
    const referer = { accept: 'text/html', referer: 'https://app.example/dashboard' }
    await site.signIn()
    expect((await browser.go('/auth/logout', { headers: referer })).status).toBe(302)
    expect(await isSignedIn()).toBe(false)
  })

  it.each([
    ['from another site', { ...navigation, 'sec-fetch-site': 'cross-site' }],
    ['from a sibling', { ...navigation, 'sec-fetch-site': 'same-site' }],
    ['by another origin', { accept: 'text/html', origin: 'https://evil.example' }],
    ['by nobody', { accept: 'text/html', origin: 'null' }],
    ['by a neighbor in letters', { accept: 'text/html', origin: 'https://app.example.evil' }],
    [
      'by one with a user in it',
      { accept: 'text/html', referer: 'https://app.example@evil.example/' },
    ],
    ['by who does not say', { accept: 'text/html' }],
  ])('CS-01 CS-02 CS-03 RD-03 forged with a form %s changes nothing', async (_name, headers) => {
    const outcome = await browser.go('/auth/logout', { method: 'POST', headers })
    expect(outcome).toMatchObject({ status: 403, error: { code: 'origin_refused' }, cookies: [] })
    expect(await isSignedIn()).toBe(true)
    expect(site.server.revoked).toEqual([])
  })

  it.each([
    [
      'an image',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
      403,
    ],
    [
      "an image of one's own",
      { ...clicked, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
      403,
    ],
    ['a frame', { ...navigation, 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' }, 403],
    ['a prefetch', { ...clicked, 'sec-purpose': 'prefetch' }, 403],
    ['a fetch', fetched, 403],
  ])('is not reached by %s', async (_name, headers, status) => {
    const outcome = await browser.go('/auth/logout', { headers })
    expect(outcome).toMatchObject({ status, cookies: [] })
    expect(await isSignedIn()).toBe(true)
  })

  it.each([
    ['a link of another site', { ...navigation, 'sec-fetch-site': 'cross-site' }],
    ['the address bar', { ...navigation, 'sec-fetch-site': 'none' }],
  ])('asks first when somebody comes by %s', async (_name, headers) => {
    const outcome = await browser.go('/auth/logout', { headers })
    expect(outcome).toMatchObject({ status: 200, cookies: [] })
    expect(outcome.body).toContain('<form method="post" action="/auth/logout">')
    const policy = outcome.headers['content-security-policy'] ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain(`form-action 'self' ${site.provider.issuer} https://app.example`)
    expect(await isSignedIn()).toBe(true)
  })

  it('asks nobody who is signed out already, who goes where a sign-out ends', async () => {
    browser.jar.clear()
    expect(await browser.go('/auth/logout', { headers: navigation })).toMatchObject({
      status: 302,
      location: 'https://app.example',
    })
    expect((await browser.go('/auth/logout', { headers: fetched })).location).toBeUndefined()
  })

  it('LO-06 is done without a session and with a broken one', async () => {
    browser.jar.clear()
    expect(await browser.go('/auth/logout', post)).toMatchObject({ status: 303 })
    browser.jar.set(session, 'broken')
    expect((await browser.go('/auth/logout', post)).location).toContain('/logout?redirect=')
    expect(browser.names(session)).toEqual([])
    expect(site.server.revoked).toEqual([])
  })

  it('goes where the operator says, and nowhere else that a request says', async () => {
    const other = await signInWith({ postLogoutRedirectUrl: '/goodbye' })
    const query = '?redirect=https://evil.example&post_logout_redirect_uri=//evil&returnTo=//evil'
    const { location = '' } = await other.go(`/auth/logout${query}`, post)
    expect(Object.fromEntries(new URL(location).searchParams)).toEqual({
      redirect: 'https://app.example/goodbye',
    })
  })

  it('LO-04 goes to an OpenID Provider with the ID token as a hint', async () => {
    const other = await signInWith({ preset: 'oidc' })
    const { location = '' } = await other.go('/auth/logout', post)
    const { id_token_hint: hint, ...rest } = Object.fromEntries(new URL(location).searchParams)
    expect(rest).toEqual({
      client_id: 'client-1',
      post_logout_redirect_uri: 'https://app.example',
    })
    expect(site.server.secrets).toContain(hint)
  })

  it('LO-04 leaves a hint out that would make the URL too long', async () => {
    site.server.user = { sub: 'kp_1', groups: Array.from({ length: 300 }, (_, n) => `group-${n}`) }
    const store = createOpenStore(site.now)
    const other = await signInWith({ preset: 'oidc', session: { store } })
    const { location = '' } = await other.go('/auth/logout', post)
    expect(location.length).toBeLessThan(500)
    expect(new URL(location).searchParams.get('client_id')).toBe('client-1')
  })

  it('MD-09 stays here where the provider has no logout', async () => {
    const other = await signInWith({ preset: 'oidc' })
    delete site.provider.metadata['end_session_endpoint']
    const cold = other.copy(site.another({ preset: 'oidc' }))
    expect((await cold.go('/auth/logout', post)).location).toBe('https://app.example')
  })

  it('revokes the newest refresh token, also when the browser has an older cookie', async () => {
    site.wait(3600)
    const view = browser.view('/')
    const { cookies } = await site.app.refresh(view)
    expect(cookies).not.toEqual([])
    await browser.go('/auth/logout', post)
    const { refresh_token: sent } = Object.fromEntries(
      site.provider.to(paths.token).at(-1)?.form ?? [],
    )
    expect(site.server.revoked).toHaveLength(1)
    expect(site.server.revoked).not.toContain(sent)
  })

  it('ER-04 tells what happened', async () => {
    await browser.go('/auth/logout', post)
    expect(site.events.map(({ type, subject, issuer }) => [type, subject, issuer])).toEqual([
      ['login_started', undefined, site.provider.issuer],
      ['signed_in', 'kp_1', site.provider.issuer],
      ['signed_out', 'kp_1', site.provider.issuer],
    ])
  })

  it.each(['PUT', 'DELETE', 'HEAD', 'OPTIONS'])('GU-18 is not done by %s', async (method) => {
    expect(await browser.go('/auth/logout', { method, headers: clicked })).toMatchObject({
      status: 405,
      headers: { allow: 'POST, GET' },
    })
    expect(await isSignedIn()).toBe(true)
  })
})

describe('a sign-out while something is down', () => {
  useFastTimers()

  it.each([
    ['cannot be reached', () => Promise.reject(new TypeError('fetch failed'))],
    ['says nothing', () => new Promise<Response>(() => undefined)],
    ['answers 500', () => new Response('', { status: 500 })],
  ])('LO-06 is done within seconds when the provider %s, warm and cold', async (_name, answer) => {
    const site = await createSite()
    await untilDone(site.signIn())
    for (const path of [paths.discovery, paths.revocation]) site.provider.on(path, answer)
    const cold = site.browser.copy(site.another())
    expect((await untilDone(cold.go('/auth/logout', { headers: navigation }))).status).toBe(200)
    for (const browser of [site.browser, cold]) {
      const outcome = await untilDone(browser.go('/auth/logout', post))
      expect(outcome.status).toBe(303)
      expect(outcome.location).toMatch(/^https:\/\/(app\.example$|tenant\.kinde\.test\/logout)/)
      expect(browser.names(session)).toEqual([])
    }
  })

  it('LO-06 is done when the store is down', async () => {
    const site = await createSite()
    const store = createOpenStore(site.now)
    const browser = createBrowser(site.another({ session: { store } }))
    await untilDone(site.signIn(browser))
    store.failure = new Error('down')
    const outcome = await untilDone(browser.go('/auth/logout', post))
    expect(outcome.status).toBe(303)
    expect(browser.names(session)).toEqual([])
  })

  it('LO-03 LO-06 ends every copy when the store was down, and the entry when it is back', async () => {
    const site = await createSite()
    const store = createOpenStore(site.now)
    const app = site.another({ session: { store } })
    const [browser, other] = [createBrowser(app), createBrowser(app)]
    await untilDone(site.signIn(browser))
    await untilDone(site.signIn(other))
    const copy = browser.copy()
    const elsewhere = browser.copy(site.another({ session: { store } }))
    store.failure = new Error('down')
    await untilDone(browser.go('/auth/logout', post))
    expect(site.server.revoked).toEqual([])
    store.failure = undefined
    site.wait(1)
    expect(await untilDone(copy.open())).toMatchObject({ session: null })
    expect((await untilDone(other.open())).session).not.toBeNull()
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(10)
      const kept = [...store.entries.keys()].filter((key) => key.includes(':session:'))
      expect(kept).toHaveLength(1)
    })
    expect(await untilDone(elsewhere.open())).toMatchObject({ session: null })
  })

  it('LO-03 LO-06 ends copies of a cookie when the deny list was down, and revokes', async () => {
    const site = await createSite()
    const denyList = createOpenStore(site.now)
    const browser = createBrowser(site.another({ session: { denyList } }))
    await untilDone(site.signIn(browser))
    const copy = browser.copy()
    denyList.failure = new Error('down')
    await untilDone(browser.go('/auth/logout', post))
    expect(site.server.revoked).toHaveLength(1)
    denyList.failure = undefined
    site.wait(1)
    expect(await untilDone(copy.open())).toMatchObject({ session: null })
  })
})
