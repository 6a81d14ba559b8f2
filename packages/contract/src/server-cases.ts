import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { type Browser, createBrowser, type Page } from './browser.ts'
import type { BuiltSite, BuiltSiteStart } from './built-site.ts'
import { type SharedStore, serveStore } from './shared-store.ts'

/** Two servers of one site behind one address, at a provider that forgives no refresh token used twice. */
export function describeServers(start: BuiltSiteStart): void {
  let site: BuiltSite
  let urls: string[]
  let store: SharedStore | undefined
  afterEach(async () => {
    await site.close()
    await store?.close()
    store = undefined
  })

  async function startServers(shared?: SharedStore): Promise<void> {
    store = shared
    site = await start(shared && { CONTRACT_STORE: shared.url })
    site.issuer.settings.refreshTokenOverlap = 0
    urls = [site.url, (await site.join()).url]
  }

  async function signInUntilDue(count: number): Promise<Browser[]> {
    site.issuer.settings.accessTokenLifetime = 1
    const browsers = await Promise.all(Array.from({ length: count }, () => site.signIn()))
    site.issuer.settings.accessTokenLifetime = 3600
    await wait(1100)
    return browsers
  }

  /** What both servers say to the same cookies, sent at once. */
  async function askBoth(browser: Browser): Promise<Page[]> {
    const { host } = new URL(site.url)
    const copies = urls.map((url) => ({ url, copy: createBrowser(browser.cookies) }))
    return Promise.all(
      copies.map(({ url, copy }) => copy.fetch(`${url}/api/me`, { headers: { host } })),
    )
  }

  const refreshes = (): number =>
    site.issuer.requests.filter(({ grantType }) => grantType === 'refresh_token').length

  describe('two servers with one store', () => {
    it('RF-02 LD-06 renew each session once, and nobody is signed out', async () => {
      await startServers(await serveStore())
      const browsers = await signInUntilDue(10)
      const before = refreshes()
      const pages = (await Promise.all(browsers.map(askBoth))).flat()
      expect(pages.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
      expect(refreshes()).toBe(before + 10)
      const later = (await Promise.all(browsers.map(askBoth))).flat()
      expect(new Set(later.map(({ status }) => status))).toEqual(new Set([200]))
      expect(refreshes()).toBe(before + 10)
    })

    it('LD-05 say 503 while the store is away, and go on when it is back', async () => {
      const shared = await serveStore()
      await startServers(shared)
      const browser = await site.signIn()
      shared.isDown = true
      for (let attempt = 0; attempt < 5; attempt += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const pages = await askBoth(browser)
        expect(pages.map(({ status }) => status)).toEqual([503, 503])
        expect(pages.flatMap(({ headers }) => headers.getSetCookie())).toEqual([])
      }
      shared.isDown = false
      await expect
        .poll(async () => (await askBoth(browser)).map(({ status }) => status), { timeout: 10_000 })
        .toEqual([200, 200])
    })
  })

  describe('two servers with sessions in cookies', () => {
    it('RF-03 do not spoil the session that one of them renewed', async () => {
      await startServers()
      const [browser = createBrowser()] = await signInUntilDue(1)
      const pages = await askBoth(browser)
      const winners = pages.filter(({ status }) => status === 200)
      const losers = pages.filter(({ status }) => status !== 200)
      expect(winners.length).toBeGreaterThan(0)
      for (const { headers } of losers) expect(headers.getSetCookie()).toEqual([])
      const [line = ''] = winners[0]?.headers.getSetCookie() ?? []
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      browser.cookies.set(name, value)
      expect((await browser.fetch(`${site.url}/api/me`)).status).toBe(200)
    })
  })
}
