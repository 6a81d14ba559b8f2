import { readMark } from '@trefoil/contract/fixtures'
import { setTimeout as wait } from 'node:timers/promises'
import { type Browser, createBrowser } from '@trefoil/contract/browser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Site, type SiteOptions, startSite } from './site.ts'

/** What the proxy and pages do, in both routers. */
export function describePages(options: SiteOptions): void {
  describe('pages', () => {
    let site: Site
    beforeAll(async () => {
      site = await startSite(options)
    })
    afterAll(() => site.close())

    const at = (path: string): string => `${site.url}${path}`

    /** Somebody whose access token has just run out. */
    async function signInUntilDue(): Promise<Browser> {
      site.issuer.settings.accessTokenLifetime = 1
      const browser = await site.signIn('owner@example.com', '/about')
      site.issuer.settings.accessTokenLifetime = 3600
      await wait(1100)
      return browser
    }

    describe('a session that is due', () => {
      it.each(['/token', '/account'])(
        'RF-05 is renewed once, for the page of the same request and for the browser: %s',
        async (path) => {
          const browser = await signInUntilDue()
          const before = [site.refreshes(), browser.cookieHeader()]
          const page = await browser.send(at(path))
          expect([page.status, site.refreshes()]).toEqual([200, Number(before[0]) + 1])
          expect(browser.cookieHeader()).not.toBe(before[1])
          // What the page saw is what the browser has now.
          const { token } = JSON.parse((await browser.fetch(at('/api/token'))).text)
          expect(readMark(page, 'token')).toBe(token)
          expect(site.refreshes()).toBe(Number(before[0]) + 1)
          expect(page.headers.get('cache-control')).toBe('private, no-store')
        },
      )

      it('SE-18 GU-13 goes out beside the cookie of the application, and no cache keeps either', async () => {
        const browser = await signInUntilDue()
        const page = await browser.fetch(at('/api/theme'))
        expect(page.headers.get('cache-control')).toBe('private, no-store')
        expect(page.headers.get('vary')).toContain('Cookie')
        const set = page.headers.getSetCookie().map((line) => line.replace(/=.*/, ''))
        expect(set.sort()).toEqual(['contract.session', 'theme'])
        expect(JSON.parse(page.text)).toEqual({ name: 'Olivia Owner' })
      })

      it('is left alone for a public page, for images and for what only looks ahead', async () => {
        const browser = await signInUntilDue()
        const before = site.refreshes()
        await browser.send(at('/public'))
        await browser.send(at('/'), { headers: { 'sec-purpose': 'prefetch' } })
        await browser.send(at('/'), {
          headers: { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' },
        })
        expect(site.refreshes()).toBe(before)
      })
    })

    describe('pages', () => {
      it('GU-13 stay static where they were', async () => {
        for (const path of ['/public', '/about']) {
          const page = await createBrowser().send(at(path))
          expect([page.status, page.headers.get('x-nextjs-cache')]).toEqual([200, 'HIT'])
        }
      })

      it('guard themselves where the proxy does not, and come back', async () => {
        const page = await createBrowser().send(at('/token?tab=1'))
        expect([page.status, page.headers.get('location')]).toEqual([
          307,
          at('/auth/login?returnTo=%2Ftoken%3Ftab%3D1'),
        ])
      })

      it('SE-30 CF-04 show claims and no token', async () => {
        const browser = await site.signIn()
        for (const path of ['/', '/client', '/dashboard', '/account']) {
          const { text } = await browser.send(at(path))
          expect(text).toContain('Olivia Owner')
          expect(text).not.toMatch(/eyJ|refresh_?token|accessToken"/i)
        }
      })

      it('AR-10 link to the login with a plain anchor that nothing prefetches', async () => {
        const { text } = await createBrowser().send(at('/client'))
        expect(text).toMatch(/<a [^>]*href="\/auth\/login\?returnTo=%2Fclient"/)
        const headers = { rsc: '1', 'next-router-prefetch': '1', 'next-url': '/client' }
        const ahead = await createBrowser().fetch(at('/auth/login?returnTo=/client'), { headers })
        expect([ahead.status, ahead.headers.getSetCookie()]).toEqual([401, []])
      })

      it('hand the session to the client half as a promise', async () => {
        const browser = await site.signIn()
        const page = await browser.send(at('/client'))
        expect(readMark(page, 'user-name')).toBe('Olivia Owner')
      })
    })

    describe('the Pages Router', () => {
      it('sends a signed-out visitor to the login and back', async () => {
        const page = await createBrowser().send(at('/account?tab=1'))
        expect([page.status, page.headers.get('location')]).toEqual([
          302,
          '/auth/login?returnTo=%2Faccount%3Ftab%3D1',
        ])
      })

      it('refuses a page with one that names the permission', async () => {
        const browser = await site.signIn('member@example.com')
        const page = await browser.send(at('/analyst'))
        expect(page.status).toBe(403)
        expect(page.text).toContain('read:reports')
      })

      it('answers an API route with 401, 403 and JSON', async () => {
        const nobody = await createBrowser().fetch(at('/api/pages-me'))
        expect([nobody.status, nobody.headers.has('www-authenticate')]).toEqual([401, true])
        const member = await site.signIn('member@example.com')
        expect((await member.fetch(at('/api/pages-me'))).status).toBe(403)
        const owner = await site.signIn()
        const page = await owner.fetch(at('/api/pages-me'))
        expect(JSON.parse(page.text).session.user.email).toBe('owner@example.com')
        expect(page.headers.get('cache-control')).toBe('private, no-store')
      })

      it('reads a session without a guard', async () => {
        const page = await createBrowser().send(at('/greeting'))
        expect(readMark(page, 'user-name')).toBe('nobody')
        expect(page.headers.get('vary')).toContain('Cookie')
        const browser = await site.signIn()
        expect(readMark(await browser.send(at('/greeting')), 'user-name')).toBe('Olivia Owner')
      })
    })
  })
}
