import { beforeEach, describe, expect, it } from 'vitest'
import { json, paths } from './fake-provider.ts'
import { type Browser, createBrowser, type Tab } from './tabs.ts'

// The browser's part of Kinde's cookie: it goes with token requests that ask for it, and with no other.

const storage = 'custom-domain-cookie'
const issuer = 'https://auth.app.example'
const key = 'trefoil:client-1:session'
let browser: Browser
let cookie: string | undefined
let withCookies: string[]

beforeEach(async () => {
  cookie = undefined
  withCookies = []
  browser = await createBrowser({ issuer, storage, fetch: fetchWithJar })
})

async function fetchWithJar(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const { fetch } = browser.provider
  if (init?.credentials !== 'include') return fetch(input, init)
  const request = new Request(input, init)
  const form = new URLSearchParams(await request.text())
  withCookies.push(new URL(request.url).pathname)
  if (form.has('refresh_token') && cookie !== undefined) return json({ error: 'both' }, 400)
  if (form.get('grant_type') === 'refresh_token' && cookie !== undefined) {
    form.set('refresh_token', cookie)
  }
  const response = await fetch(input, { ...init, body: form })
  const answer: unknown = await response.clone().json()
  if (typeof answer === 'object' && answer !== null && 'refresh_token' in answer) {
    cookie = String(answer.refresh_token)
  }
  return response
}

const status = (tab: Tab): string => tab.app.getSnapshot().status

function kept(tab: Tab): string {
  const entries = [...tab.page.tabStore.entries, ...browser.browserStore.entries]
  return JSON.stringify([entries, browser.said, tab.app.getSnapshot()])
}

describe('with the refresh token in a cookie of the issuer', () => {
  it('the page holds none, though the answer had one, and neither does another tab', async () => {
    const tab = await browser.signIn()
    await tab.app.refresh()
    const other = browser.tab()
    await other.app.start()
    expect([status(tab), status(other)]).toEqual(['authenticated', 'authenticated'])
    expect(cookie).toBeDefined()
    const found = [...browser.server.secrets].filter((secret) => kept(tab).includes(secret))
    // What tabs hand each other are access tokens.
    expect(found.filter((secret) => !secret.startsWith('eyJ'))).toEqual([])
    expect(kept(tab)).not.toContain('refreshToken')
  })

  it('only token requests take cookies along', async () => {
    const tab = await browser.signIn()
    await tab.app.refresh()
    await tab.app.logout()
    expect(withCookies).toEqual([paths.token, paths.token])
    expect(browser.provider.to(paths.revocation)).toEqual([])
  })

  it('a reload keeps the user signed in, with one request and nothing but the cookie', async () => {
    const tab = await browser.signIn()
    await tab.open('/').start()
    expect(status(tab)).toBe('authenticated')
    expect(browser.tokenCalls('refresh_token')).toBe(1)
    expect(await tab.app.getAccessToken()).toMatch(/^eyJ/)
  })

  it('tabs that are due together make one request', async () => {
    const tab = await browser.signIn()
    const other = browser.tab()
    await other.app.start()
    browser.wait(3_601)
    await Promise.all([tab.app.getAccessToken(), other.app.getAccessToken()])
    expect(browser.tokenCalls('refresh_token')).toBe(1)
  })

  it.each(['invalid_grant', 'invalid_request'])(
    'a cookie that is gone or refused (%s) ends the session, once',
    async (error) => {
      const tab = await browser.signIn()
      browser.provider.on(paths.token, () => json({ error }, 400))
      await tab.open('/').start()
      expect(tab.app.getSnapshot()).toMatchObject({
        status: 'unauthenticated',
        error: { code: 'session_expired' },
      })
      expect(tab.page.tabStore.read(key)).toBeUndefined()
    },
  )

  it('the cookie of somebody else, who signed in to another application, ends the session', async () => {
    const tab = await browser.signIn()
    browser.server.refreshed = { id_token: await browser.provider.idToken({ sub: 'kp_2' }) }
    await expect(tab.app.refresh()).rejects.toMatchObject({ code: 'id_token_invalid' })
    expect(tab.app.getSnapshot()).toMatchObject({ status: 'unauthenticated', session: null })
  })

  it('what another setting left in the storage is no session, and does not stay there', async () => {
    const before = await browser.signIn('/', { storage: 'tab' })
    const left = before.page.tabStore.read(key) ?? ''
    expect(left).toContain('refreshToken')
    const tab = browser.tab()
    tab.page.tabStore.write(key, left)
    await tab.open('/').start()
    expect(tab.page.tabStore.read(key) ?? '').not.toContain('refreshToken')
  })

  it('what it keeps is no session for the setting "tab"', async () => {
    const before = await browser.signIn()
    const left = before.page.tabStore.read(key) ?? ''
    before.close()
    const tab = browser.tab('/', { storage: 'tab' })
    tab.page.tabStore.write(key, left)
    await tab.open('/').start()
    expect(status(tab)).toBe('unauthenticated')
    expect(browser.tokenCalls('refresh_token')).toBe(0)
  })

  it.each([
    ['an issuer of another site', { issuer: 'https://auth.other.example' }],
    ['an issuer without a custom domain', { issuer: 'https://app.kinde.com' }],
    ['another provider than Kinde', { preset: 'oidc' as const }],
    ['http beside https', { issuer: 'http://localhost:4500' }],
  ])('%s is a configuration error that says what it needs', async (_name, changes) => {
    const tab = browser.tab('/', changes)
    await expect(tab.app.login()).rejects.toMatchObject({ code: 'configuration_invalid' })
    expect(tab.app.getSnapshot().error?.message).toContain('needs Kinde with a custom domain')
  })
})
