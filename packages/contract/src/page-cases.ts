import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBrowser, follow } from './browser.ts'
import type { StartApp, Traits } from './contract-app.ts'
import { type Setup, setUp } from './setup.ts'

const guarded = ['/dashboard?tab=1', '/reports', '/beta', '/organizations']

/** The demo table, and the caching of what depends on a session. */
export function describePages(start: StartApp, { ownVary = false }: Traits): void {
  describe('pages', () => {
    let setup: Setup
    beforeAll(async () => {
      setup = await setUp(start)
    })
    afterAll(() => setup.close())

    it.each(guarded)('sends a signed-out visitor of %s to the login and back', async (path) => {
      const page = await createBrowser().send(`${setup.app.url}${path}`)
      expect(page.status).toBe(302)
      const query = new URLSearchParams({ returnTo: path }).toString()
      expect(follow(page)).toBe(`${setup.app.url}/auth/login?${query}`)
      expectPrivate(page.headers)
    })

    it.each(['/api/me', '/api/reports'])('RD-09 answers %s signed out with 401', async (path) => {
      const page = await createBrowser().fetch(`${setup.app.url}${path}`)
      expect(page.status).toBe(401)
      expect(page.headers.get('www-authenticate')).toBeTruthy()
      expect(JSON.parse(page.text)).toMatchObject({ error: { code: 'not_authenticated' } })
      expectPrivate(page.headers)
    })

    it('shows every page to somebody with every right', async () => {
      const browser = await setup.signIn()
      for (const path of [...guarded, '/api/me', '/api/reports']) {
        // oxlint-disable-next-line no-await-in-loop -- one person, one page after the other
        const page = await browser.send(`${setup.app.url}${path}`)
        expect([path, page.status]).toEqual([path, 200])
        expectPrivate(page.headers, !ownVary)
      }
    })

    it.each([
      ['/reports', 'read:reports'],
      ['/beta', 'beta_dashboard'],
    ])('refuses %s with a page that names %s', async (path, key) => {
      const browser = await setup.signIn('member@example.com')
      const page = await browser.send(`${setup.app.url}${path}`)
      expect(page.status).toBe(403)
      expect(page.text).toContain(key)
      expectPrivate(page.headers)
    })

    it('refuses /api/reports with JSON that names the permission', async () => {
      const browser = await setup.signIn('member@example.com')
      const page = await browser.fetch(`${setup.app.url}/api/reports`)
      expect(page.status).toBe(403)
      expect(JSON.parse(page.text).error.missing).toEqual({ permissions: ['read:reports'] })
    })

    it('leaves a page cacheable that never looks at the session', async () => {
      const browser = await setup.signIn()
      const page = await browser.send(`${setup.app.url}/public`)
      expect(page.headers.get('cache-control')).toBe('public, max-age=60')
    })

    it('CS-04 gives the browser claims and no token', async () => {
      const browser = await setup.signIn()
      const page = await browser.fetch(`${setup.app.url}/auth/session`)
      expect(JSON.parse(page.text).session.user.email).toBe('owner@example.com')
      expect(page.text).not.toMatch(/eyJ|refresh_?token/i)
      expect(page.headers.get('x-content-type-options')).toBe('nosniff')
      expectPrivate(page.headers)
    })

    it('CS-04 gives another site nothing', async () => {
      const browser = await setup.signIn()
      const headers = { 'sec-fetch-site': 'cross-site' }
      expect((await browser.fetch(`${setup.app.url}/auth/session`, { headers })).status).toBe(403)
    })

    it('GU-18 refuses other methods on its routes', async () => {
      const page = await createBrowser().send(`${setup.app.url}/auth/login`, { method: 'DELETE' })
      expect([page.status, page.headers.get('allow')]).toEqual([405, 'GET'])
    })
  })
}

/** Nothing between the app and this browser may keep the answer. */
function expectPrivate(headers: Headers, varies = true): void {
  expect(headers.get('cache-control')).toBe('private, no-store')
  if (varies) expect(headers.get('vary')?.split(/, */)).toContain('Cookie')
}
