import { readMark } from '@trefoil/contract/fixtures'
import { createBrowser } from '@trefoil/contract/browser'
import { afterEach, describe, expect, it } from 'vitest'
import { type Site, type SiteOptions, startSite } from './site.ts'

/** What the environment may lack. */
export function describeEnvironment(options: SiteOptions): void {
  describe('the environment', () => {
    let site: Site | undefined
    afterEach(() => site?.close())

    it('CF-03 SE-09 tells visitors that there is a problem and the log all of it, and loops nowhere', async () => {
      const nothing = { KINDE_CLIENT_SECRET: '', KINDE_SITE_URL: '', TREFOIL_SECRET: 'short' }
      site = await startSite({ ...options, env: nothing })
      for (const path of ['/dashboard', '/auth/login', '/']) {
        const page = await createBrowser().send(`${site.url}${path}`)
        expect([page.status, page.headers.has('location')]).toEqual([500, false])
        expect(readMark(page, 'error-code')).toBe('configuration_invalid')
        expect(page.text).not.toMatch(/TREFOIL_SECRET|KINDE_/)
      }
      expect((await createBrowser().send(`${site.url}/public`)).status).toBe(200)
      for (const name of Object.keys(nothing)) expect(site.log()).toContain(name)
    })

    it('takes a session that another secret sealed for none, clears it and signs in anew', async () => {
      site = await startSite(options)
      const browser = await site.signIn()
      const { cookies } = browser
      await site.restart({ TREFOIL_SECRET: 'another-0123456789-abcdefghijklmnopqrstuv' })
      const visitor = createBrowser(cookies)
      const page = await visitor.send(`${site.url}/dashboard`)
      expect(page.status).toBe(302)
      expect(visitor.cookies.has('contract.session')).toBe(false)
    })

    it('keeps a session over a restart', async () => {
      site = await startSite(options)
      const browser = await site.signIn()
      await site.restart({})
      expect((await browser.send(`${site.url}/dashboard`)).status).toBe(200)
    })

    it('SE-20 answers 503 while the store is down, not as if nobody were signed in', async () => {
      site = await startSite({ ...options, env: { FIXTURE_STORE: 'down' } })
      // The sign-in is to a store that takes what it is given and gives nothing back.
      const browser = await site.signIn('owner@example.com', '/public')
      for (const path of ['/dashboard', '/', '/api/me', '/account']) {
        const page = await browser.send(`${site.url}${path}`)
        expect([page.status, page.headers.has('location')]).toEqual([503, false])
        expect(page.text).toContain('session_store_unavailable')
      }
      expect((await browser.send(`${site.url}/public`)).status).toBe(200)
      expect((await createBrowser().send(`${site.url}/dashboard`)).status).toBe(302)
    })
  })
}
