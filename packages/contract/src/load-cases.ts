import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Browser, createBrowser, type Page } from './browser.ts'
import type { BuiltSite, BuiltSiteStart } from './built-site.ts'

interface Visitor {
  readonly email: string
  browser: Browser
}

const emails = Array.from({ length: 12 }, (_, index) => `person${index}@example.com`)
const named = ({ text }: Page): string[] => text.match(/\w+@example\.com/g) ?? []
const isTokenRequest = (request: { readonly url: string }): boolean =>
  new URL(request.url).pathname === '/oauth2/token'

/** Many users at once, and a provider in trouble meanwhile. */
export function describeLoad(start: BuiltSiteStart): void {
  let site: BuiltSite
  beforeEach(async () => {
    site = await start()
    const { users } = site.issuer.seed
    const [model] = users
    if (!model) throw new Error('The seed has no users.')
    const people = emails.map((email) => ({ ...model, email, id: `kp_${crypto.randomUUID()}` }))
    users.push(...people)
  })
  afterEach(() => site.close())

  async function signIn(count: number, accessTokenLifetime = 3600): Promise<Visitor[]> {
    site.issuer.settings.accessTokenLifetime = accessTokenLifetime
    const visitors = await Promise.all(
      Array.from({ length: count }, async (_, index): Promise<Visitor> => {
        const email = emails[index % emails.length] ?? ''
        return { email, browser: await site.signIn(email) }
      }),
    )
    site.issuer.settings.accessTokenLifetime = 3600
    return visitors
  }

  const show = async ({ browser }: Visitor, path = '/api/me'): Promise<Page> =>
    browser.fetch(`${site.url}${path}`)

  it('LD-01 SE-27 many users at once see what is theirs alone, through renewals, sign-outs and faults', async () => {
    const visitors = await signIn(12)
    site.issuer.settings.accessTokenLifetime = 1
    let calls = 0
    site.issuer.intercept((request) => {
      if (!isTokenRequest(request)) return undefined
      calls += 1
      return calls % 10 === 0 ? new Response('', { status: 503 }) : undefined
    })
    const paths = ['/', '/api/me', '/dashboard', '/auth/session', '/']
    let told = 0
    const visit = async (visitor: Visitor, index: number): Promise<void> => {
      for (let round = 0; round < 40; round += 1) {
        const pages = await Promise.all(
          [0, 1].map(async (step) => show(visitor, paths[(index + round + step) % paths.length])),
        )
        const found = pages.flatMap(named)
        told += found.length
        expect(found.filter((email) => email !== visitor.email)).toEqual([])
        if ((index + round) % 13 !== 0) continue
        const headers = { origin: site.url }
        await visitor.browser.send(`${site.url}/auth/logout`, { method: 'POST', headers })
        visitor.browser = await site.signIn(visitor.email)
      }
    }
    await Promise.all(visitors.map(visit))
    expect(told).toBeGreaterThan(300)
    expect(calls).toBeGreaterThan(20)
  })

  describe('while the provider is in trouble', () => {
    it('LD-03 pages are served, a sign-in says so, and all recovers by itself', async () => {
      const visitors = await signIn(5)
      const hasty = await signIn(3, 1)
      await wait(1100)
      const undo = site.issuer.intercept(() => new Response('', { status: 503 }))
      for (let round = 0; round < 5; round += 1) {
        const pages = await Promise.all([...visitors, ...hasty].map(async (each) => show(each)))
        expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([200]))
      }
      const login = async (): Promise<Page> => createBrowser().send(`${site.url}/auth/login`)
      const refused = await login()
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
      undo()
      await site.passTime(6)
      expect((await login()).status).toBe(302)
      const [fresh] = await Promise.all((await signIn(1)).map(async (each) => show(each)))
      expect(fresh?.status).toBe(200)
    })

    it('LD-04 that is slow, others are served meanwhile', async () => {
      const others = await signIn(5)
      const slow = await signIn(10, 1)
      await wait(1100)
      const held: (() => void)[] = []
      site.issuer.intercept((request) => {
        if (!isTokenRequest(request)) return undefined
        return new Promise((resolve) => {
          held.push(() => resolve(undefined))
        })
      })
      const pending = Promise.all(slow.map(async (each) => show(each)))
      await expect.poll(() => held.length).toBe(slow.length)
      const free = await Promise.all(others.map(async (each) => show(each)))
      expect(free.map(named)).toEqual(others.map(({ email }) => [email]))
      for (const release of held) release()
      expect((await pending).map(named)).toEqual(slow.map(({ email }) => [email]))
    })
  })
}
