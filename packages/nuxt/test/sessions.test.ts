import { readMark } from '@trefoil/contract/fixtures'
import { setTimeout as wait } from 'node:timers/promises'
import { type Browser, createBrowser, follow } from '@trefoil/contract/browser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Site, startSite } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await startSite('app')
})
afterAll(() => site.close())

const refreshes = (): number =>
  site.issuer.requests.filter(({ grantType }) => grantType === 'refresh_token').length

async function signInUntilDue({ issuer, signIn } = site): Promise<Browser> {
  issuer.settings.accessTokenLifetime = 1
  const browser = await signIn()
  issuer.settings.accessTokenLifetime = 3600
  await wait(1100)
  return browser
}

describe('a session that is due', () => {
  it('RF-05 is renewed once, for the page, for what it fetches and for the browser', async () => {
    const browser = await signInUntilDue()
    const [before, cookies] = [refreshes(), browser.cookieHeader()]
    const page = await browser.send(`${site.url}/renewed`)
    expect(refreshes()).toBe(before + 1)
    expect(browser.cookieHeader()).not.toBe(cookies)
    const seen = ['of-request', 'of-page', 'of-fetch'].map((name) => readMark(page, name))
    expect(new Set(seen).size).toBe(1)
    expect(Number(seen[0])).toBeGreaterThan(Date.now() / 1000 + 3000)
    expect((await browser.fetch(`${site.url}/api/me`)).status).toBe(200)
    expect(refreshes()).toBe(before + 1)
  })

  it('RF-05 is the new one for who reads later in the request, when the old token is dead', async () => {
    const strict = await startSite('app')
    strict.issuer.settings.refreshTokenOverlap = 0
    try {
      const browser = await signInUntilDue(strict)
      const { status, text } = await browser.fetch(`${strict.url}/api/late`)
      expect([status, JSON.parse(text)]).toEqual([
        200,
        { fetched: 'owner@example.com', state: 'renewed' },
      ])
      expect((await browser.fetch(`${strict.url}/api/me`)).status).toBe(200)
    } finally {
      await strict.close()
    }
  })

  it('SE-18 goes out beside the cookie of the application, and no cache keeps either', async () => {
    const browser = await signInUntilDue()
    const page = await browser.fetch(`${site.url}/api/theme`)
    const names = page.headers.getSetCookie().map((line) => line.replace(/=.*/, ''))
    expect(names.sort()).toEqual(['contract.session', 'theme'])
    expect(page.headers.get('cache-control')).toBe('private, no-store')
  })

  it('is left alone for images, prefetches and shared pages', async () => {
    const browser = await signInUntilDue()
    const before = refreshes()
    await browser.send(`${site.url}/news`)
    await browser.send(`${site.url}/public`)
    await browser.send(`${site.url}/`, { headers: { 'sec-purpose': 'prefetch' } })
    await browser.send(`${site.url}/`, {
      headers: { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' },
    })
    expect(refreshes()).toBe(before)
  })

  it('SE-17 is not renewed once the headers are sent', async () => {
    const browser = await site.signIn()
    const before = refreshes()
    expect((await browser.fetch(`${site.url}/api/stream`)).text).toBe('first last')
    expect(refreshes()).toBe(before)
    expect((await browser.fetch(`${site.url}/api/me`)).status).toBe(200)
  })
})

it('LO-03 a copy of the cookie is dead after the sign-out', async () => {
  const browser = await site.signIn()
  const thief = createBrowser(new Map(browser.cookies))
  const headers = { origin: site.url }
  await browser.send(`${site.url}/auth/logout`, { method: 'POST', headers })
  expect((await thief.send(`${site.url}/dashboard`)).status).toBe(302)
  expect(readMark(await thief.send(`${site.url}/`), 'user-name')).toBe('')
  expect((await thief.fetch(`${site.url}/api/me`)).status).toBe(401)
})

it.each([
  { 'x-forwarded-host': 'evil.example' },
  { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  { forwarded: 'host=evil.example;proto=https' },
])('SE-34 no proxy is believed that nobody allowed: %j', async (headers) => {
  const login = await createBrowser().send(`${site.url}/auth/login`, { headers })
  const { searchParams } = new URL(follow(login))
  expect(searchParams.get('redirect_uri')).toBe(`${site.url}/auth/callback`)
})

it('ER-06 the page of an error tells a code and a message, and no more', async () => {
  const browser = await site.signIn('member@example.com')
  const { text } = await browser.send(`${site.url}/reports`)
  expect(text).toContain('access_denied')
  expect(text).toContain('read:reports')
  expect(text).not.toMatch(/node_modules|\.mjs|at \w+ \(|cause/)
})

describe('a store that is down', () => {
  it('SE-20 is told as 503, not as if nobody were signed in', async () => {
    const down = await startSite('app', { CONTRACT_STORE: 'down' })
    try {
      const browser = await down.signIn('owner@example.com', '/public')
      for (const path of ['/dashboard', '/', '/api/me']) {
        // oxlint-disable-next-line no-await-in-loop -- one page after the other
        const page = await browser.send(`${down.url}${path}`)
        expect([path, page.status, page.headers.has('location')]).toEqual([path, 503, false])
      }
      expect((await browser.send(`${down.url}/public`)).status).toBe(200)
    } finally {
      await down.close()
    }
  })
})
