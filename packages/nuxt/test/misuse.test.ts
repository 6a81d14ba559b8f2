import { createBrowser } from '@trefoil/contract/browser'
import { describe, expect, it } from 'vitest'
import { findFreePort } from '../../contract/src/setup.ts'
import { serve } from './serve.ts'
import { clientSecret, secret, type Site, startSite } from './site.ts'

describe('a site whose settings are missing or wrong', () => {
  const withSite = async (
    env: Readonly<Record<string, string | undefined>>,
    act: (site: Site) => Promise<void>,
  ): Promise<void> => {
    const site = await startSite('app', env)
    try {
      await act(site)
    } finally {
      await site.close()
    }
  }

  it('SE-09 names all that is missing in the log, and shows no page', async () => {
    const port = await findFreePort()
    const server = await serve('app', port, { CONTRACT_LOG: 'on' })
    try {
      for (const path of ['/', '/dashboard', '/api/me', '/auth/login']) {
        // oxlint-disable-next-line no-await-in-loop -- one page after the other
        const page = await createBrowser().send(`${server.url}${path}`)
        expect([path, page.status]).toEqual([path, 500])
        expect(page.text).toContain('configuration_invalid')
        expect(page.text).not.toContain('KINDE_')
      }
      for (const name of ['ISSUER_URL', 'CLIENT_ID', 'CLIENT_SECRET', 'SITE_URL']) {
        expect(server.log()).toContain(`KINDE_${name}`)
      }
      expect(server.log()).toContain('TREFOIL_SECRET')
    } finally {
      await server.close()
    }
  })

  it('still serves what is prerendered', async () => {
    const port = await findFreePort()
    const server = await serve('app', port, {})
    try {
      expect((await createBrowser().send(`${server.url}/about`)).status).toBe(200)
    } finally {
      await server.close()
    }
  })

  it.each([
    ['TREFOIL_SECRET', 'too-short', 'too short'],
    ['NUXT_TREFOIL_TIMEOUT', 'soon', 'timeout must be a number'],
    ['NUXT_TREFOIL_SESSION_IDLE_TIMEOUT', '-1', 'session.idleTimeout must be a number'],
    ['NUXT_TREFOIL_PRESET', 'auth0', 'preset'],
  ])('CF-03 names %s', async (name, value, text) => {
    await withSite({ [name]: value, CONTRACT_LOG: 'on' }, async (site) => {
      const page = await createBrowser().send(`${site.url}/`)
      expect(page.status).toBe(500)
      expect(site.log()).toContain(text)
      expect(site.log()).not.toContain(clientSecret)
    })
  })

  it('takes settings by the names of Nuxt, a number for a text included', async () => {
    const env = {
      KINDE_CLIENT_SECRET: undefined,
      NUXT_TREFOIL_CLIENT_SECRET: clientSecret,
      TREFOIL_SECRET: undefined,
      NUXT_TREFOIL_SECRET: secret,
    }
    await withSite(env, async (site) => {
      const browser = await site.signIn()
      expect((await browser.fetch(`${site.url}/api/me`)).status).toBe(200)
    })
  })

  it('SE-05 takes the session of another secret for nobody, without a loop', async () => {
    await withSite({}, async (first) => {
      const browser = await first.signIn()
      const cookie = browser.cookieHeader()
      await withSite(
        { TREFOIL_SECRET: 'another-0123456789abcdefghijklmnopqrstuv' },
        async (site) => {
          const page = await createBrowser().send(`${site.url}/dashboard`, { headers: { cookie } })
          expect(page.status).toBe(302)
          expect(page.headers.get('location')).toBe('/auth/login?returnTo=%2Fdashboard')
          const login = await createBrowser().send(`${site.url}/auth/login`, {
            headers: { cookie },
          })
          expect(login.headers.get('location')).toContain(site.issuer.url)
        },
      )
    })
  })

  it('RD-01 never leaves for another origin after a login', async () => {
    await withSite({}, async (site) => {
      const browser = await site.signIn('owner@example.com', '//evil.example/x')
      expect((await browser.fetch(`${site.url}/api/me`)).status).toBe(200)
      const login = await createBrowser().visit(
        `${site.url}/auth/login?returnTo=https://evil.example`,
      )
      const page = await createBrowser().submit(login, {
        email: 'owner@example.com',
        password: 'trefoil',
      })
      expect(page.url).not.toContain('evil')
    })
  })
})
