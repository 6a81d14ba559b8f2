import { afterEach, describe, expect, it } from 'vitest'
import { createBrowser, follow } from './browser.ts'
import type { BuiltSite, BuiltSiteStart } from './built-site.ts'

/** What the clock of a server decides. */
export function describeTime(start: BuiltSiteStart): void {
  describe('time', () => {
    let site: BuiltSite
    afterEach(() => site.close())

    it('AR-11 a sign-in that took longer than ten minutes begins anew', async () => {
      site = await start()
      const browser = createBrowser()
      const form = await browser.visit(`${site.url}/auth/login`)
      const person = { email: 'owner@example.com', password: 'trefoil' }
      const back = await browser.submit(form, person, { stopBefore: site.url })
      await site.passTime(601)
      const page = await browser.send(follow(back))
      expect(page.status).toBe(400)
      expect(page.text).toContain('/auth/login')
      expect((await browser.fetch(`${site.url}/api/me`)).status).toBe(401)
    })
  })
}
