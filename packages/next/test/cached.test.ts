import { readMark } from '@trefoil/contract/fixtures'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Browser, createBrowser, type Page } from '@trefoil/contract/browser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixture } from './fixtures.ts'
import { type Site, startSite } from './site.ts'

// An application with Cache Components and no proxy: our routes are a route handler.
let site: Site
beforeAll(async () => {
  site = await startSite({ fixture: 'cached' })
})
afterAll(() => site.close())

const at = (path: string): string => `${site.url}${path}`
const built = (path: string): string =>
  readFileSync(join(fixture('cached'), '.next/server/app', path), 'utf8')

/** Somebody whose access token has just run out. */
async function signInUntilDue(): Promise<Browser> {
  site.issuer.settings.accessTokenLifetime = 1
  const browser = await site.signIn('owner@example.com', '/catalog')
  site.issuer.settings.accessTokenLifetime = 3600
  await wait(1100)
  return browser
}

async function callAction(browser: Browser): Promise<Page> {
  const manifest: { node: Record<string, unknown> } = JSON.parse(
    readFileSync(join(fixture('cached'), '.next/server/server-reference-manifest.json'), 'utf8'),
  )
  const [id = ''] = Object.keys(manifest.node)
  return browser.fetch(at('/action'), {
    method: 'POST',
    headers: { accept: 'text/x-component', 'next-action': id, origin: site.url },
    body: '[]',
  })
}

describe('with Cache Components', () => {
  it('the shell is static and holds nothing of anybody', () => {
    const shell = built('index.html')
    expect(shell).toContain('The static shell')
    expect(shell).toContain('Who is it?')
    expect(shell).toContain('One moment…')
    expect(shell).not.toMatch(/data-testid="(user|client)-name"/)
  })

  it('each gets the same shell and their own name, from the server and in the client half', async () => {
    const [owner, member] = [await site.signIn(), await site.signIn('member@example.com')]
    for (const [browser, name] of [
      [owner, 'Olivia Owner'],
      [member, 'Max Member'],
      [createBrowser(), 'nobody'],
    ] as const) {
      const page = await browser.send(at('/'))
      expect(page.text).toContain('The static shell')
      expect(readMark(page, 'user-name')).toBe(name)
      expect(readMark(page, 'client-name')).toBe(name)
      expect(page.text).not.toMatch(/eyJ/)
    }
  })

  it('GU-13 a cached function cannot read a session', async () => {
    const browser = await site.signIn()
    expect(readMark(await browser.send(at('/leaky')), 'leaky')).not.toContain('Olivia')
    expect((await createBrowser().send(at('/leaky'))).text).not.toContain('Olivia')
  })

  it('a cached page is the same for everybody', async () => {
    const browser = await site.signIn()
    expect(readMark(await browser.send(at('/catalog')), 'catalog')).toBe('A catalog')
  })
})

describe('without a proxy', () => {
  it('signs in, in the route handler, and out', async () => {
    const browser = await site.signIn()
    expect((await browser.fetch(at('/api/token'))).status).toBe(200)
    const headers = { origin: site.url }
    expect((await browser.send(at('/auth/logout'), { method: 'POST', headers })).status).toBe(303)
    expect((await browser.fetch(at('/api/token'))).status).toBe(401)
    expect((await browser.send(at('/auth/unknown'))).status).toBe(404)
  })

  it('RF-06 a page whose token ran out refreshes nothing: it goes where that can be saved, and comes back', async () => {
    const browser = await signInUntilDue()
    const before = site.refreshes()
    const page = await browser.send(at('/token'))
    expect(site.refreshes()).toBe(before)
    expect(page.headers.getSetCookie()).toEqual([])
    expect(readRedirect(page)).toBe(at('/auth/refresh?returnTo=%2Ftoken'))
    const back = await browser.send(at('/auth/refresh?returnTo=%2Ftoken'))
    expect([back.status, back.headers.get('location')]).toEqual([302, '/token'])
    expect(back.headers.get('cache-control')).toBe('private, no-store')
    const token = readMark(await browser.send(at('/token')), 'token')
    expect(token).toMatch(/^[0-9a-f]{64}$/)
    expect(site.refreshes()).toBe(before + 1)
  })

  it('RF-06 the way to a refresh ends on a page while the provider is in trouble, in no loop', async () => {
    const browser = await signInUntilDue()
    const mend = site.issuer.intercept(() => new Response('down', { status: 500 }))
    const page = await browser.send(at('/auth/refresh?returnTo=%2Ftoken'))
    mend()
    expect([page.status, page.headers.has('location')]).toEqual([503, false])
    expect(readMark(page, 'error-code')).toBe('provider_unavailable')
  })

  it.each<[string, Record<string, string>, number]>([
    ['somebody who is not signed in', {}, 302],
    ['a prefetch', { 'sec-purpose': 'prefetch' }, 403],
    ['a script', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }, 401],
  ])('the way to a refresh is not for %s', async (_name, headers, status) => {
    const page = await createBrowser().send(at('/auth/refresh?returnTo=/token'), { headers })
    expect(page.status).toBe(status)
    if (status === 302) {
      expect(page.headers.get('location')).toBe('/auth/login?returnTo=%2Ftoken')
    }
  })

  it('RD-01 the way to a refresh comes back to this site alone', async () => {
    const browser = await site.signIn()
    for (const bait of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
      const query = new URLSearchParams({ returnTo: bait }).toString()
      const page = await browser.send(at(`/auth/refresh?${query}`))
      expect(page.headers.get('location')).toBe('/')
    }
  })

  it('SE-17 an action renews and saves', async () => {
    const browser = await signInUntilDue()
    const before = site.refreshes()
    const page = await callAction(browser)
    expect([page.status, site.refreshes()]).toEqual([200, before + 1])
    const { token } = JSON.parse((await browser.fetch(at('/api/token'))).text)
    expect(page.text).toContain(token)
    expect(site.refreshes()).toBe(before + 1)
  })

  it('SE-17 a route handler renews and saves, and renews at once when it is asked to', async () => {
    const browser = await signInUntilDue()
    const before = site.refreshes()
    const first = JSON.parse((await browser.fetch(at('/api/token'))).text).token
    expect(JSON.parse((await browser.fetch(at('/api/token'))).text).token).toBe(first)
    expect(site.refreshes()).toBe(before + 1)
    const page = await browser.fetch(at('/api/fresh'), { method: 'POST' })
    const { token } = JSON.parse(page.text)
    expect(site.refreshes()).toBe(before + 2)
    expect(JSON.parse((await browser.fetch(at('/api/token'))).text).token).toBe(token)
  })
})

describe('with authInterrupts', () => {
  it('who lacks a right sees the page of the application', async () => {
    const browser = await site.signIn('member@example.com')
    const page = await browser.send(at('/reports'))
    // The first part is on its way already, so the browser shows it; its digest says which.
    expect(page.text).toContain('NEXT_HTTP_ERROR_FALLBACK;403')
    expect(page.text).not.toContain('data-testid="reports"')
  })

  it('nobody goes to the login, or to the page of the application where it asks for that', async () => {
    const login = await createBrowser().send(at('/profile'))
    expect(readRedirect(login)).toBe(at('/auth/login?returnTo=%2Fprofile'))
    const own = await createBrowser().send(at('/profile?interrupt'))
    expect(own.text).toContain('NEXT_HTTP_ERROR_FALLBACK;401')
    expect(own.text).not.toContain('data-testid="profile"')
  })

  it('an action that nobody is signed in to refuses', async () => {
    const page = await callAction(createBrowser())
    expect(page.status).toBe(401)
    expect(page.text).toContain('NEXT_HTTP_ERROR_FALLBACK;401')
    expect(page.text).not.toMatch(/Nobody is signed in|stack|\.js:/)
  })
})

/** Where a page sends the browser whose first part was on its way already. */
function readRedirect(page: Page): string | undefined {
  const location = page.headers.get('location')
  const found = /http-equiv="refresh" content="\d+;url=([^"]*)"/.exec(page.text)?.[1]
  return location ?? found?.replaceAll('&amp;', '&')
}
