import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Browser, createBrowser } from './browser.ts'
import type { StartApp } from './contract-app.ts'
import { countRefreshes, secrets, type Setup, setUp } from './setup.ts'

/** Sessions, their renewal and their end. */
export function describeSession(start: StartApp): void {
  describe.each(['cookie', 'memory'] as const)('session kept in %s', (store) => {
    let setup: Setup
    beforeEach(async () => {
      setup = await setUp(start, { store })
      setup.issuer.settings.accessTokenLifetime = 1
    })
    afterEach(() => setup.close())

    const me = (browser: Browser): Promise<number> =>
      browser.fetch(`${setup.app.url}/api/me`).then(({ status }) => status)

    /** A session whose access token has just run out. */
    async function signInUntilDue(): Promise<Browser> {
      const browser = await setup.signIn()
      setup.issuer.settings.accessTokenLifetime = 3600
      await wait(1100)
      return browser
    }

    function failRefresh(answer: () => Response): () => void {
      return setup.issuer.intercept(({ url }) =>
        new URL(url).pathname === '/oauth2/token' ? answer() : undefined,
      )
    }

    it('renews once for fifty parallel requests, and for late ones with the old cookie', async () => {
      const browser = await signInUntilDue()
      const before = countRefreshes(setup.issuer)
      const old = new Map(browser.cookies)
      const answers = await Promise.all(Array.from({ length: 50 }, () => me(createBrowser(old))))
      answers.push(await me(createBrowser(old)))
      expect(answers).toEqual(Array.from({ length: 51 }, () => 200))
      expect(countRefreshes(setup.issuer) - before).toBe(1)
    })

    it.each([500, 429, 503])('keeps the session when a refresh answers %i', async (status) => {
      const browser = await signInUntilDue()
      const mend = failRefresh(() => new Response('{}', { status }))
      expect(await me(browser)).toBe(200)
      mend()
      expect(await me(browser)).toBe(200)
    })

    it('ends the session when its newest refresh token is refused', async () => {
      const browser = await signInUntilDue()
      await setup.issuer.revokeUser('owner@example.com')
      expect(await me(browser)).toBe(401)
      expect(await me(browser)).toBe(401)
    })

    it('does not bring a session back that ended while it was being renewed', async () => {
      const browser = await signInUntilDue()
      const renewing = createBrowser(browser.cookies)
      const slow = setup.issuer.intercept(async ({ url }) => {
        if (new URL(url).pathname === '/oauth2/token') await wait(300)
        return undefined
      })
      const late = me(renewing)
      await browser.send(`${setup.app.url}/auth/logout`, {
        method: 'POST',
        headers: { origin: setup.app.url },
      })
      await late
      slow()
      expect(await me(renewing)).toBe(401)
    })

    it.skipIf(store === 'memory')(
      'opens an old cookie after the secret was rotated, and seals it anew',
      async () => {
        setup.issuer.settings.accessTokenLifetime = 3600
        const browser = await setup.signIn()
        await setup.restart({ secrets: [secrets.second, secrets.first] })
        expect(await me(browser)).toBe(200)
        await setup.restart({ secrets: [secrets.second] })
        expect(await me(browser)).toBe(200)
      },
    )

    it('signs out without an error when the secret is gone', async () => {
      const browser = await setup.signIn()
      await setup.restart({ secrets: [secrets.second] })
      expect(await me(browser)).toBe(401)
    })

    it('takes tampered and cut cookies for nobody', async () => {
      const browser = await setup.signIn()
      for (const change of [(text: string) => text.slice(0, -9), (text: string) => `x${text}`]) {
        const forged = new Map([...browser.cookies].map(([name, value]) => [name, change(value)]))
        // oxlint-disable-next-line no-await-in-loop -- one change after the other
        expect(await me(createBrowser(forged))).toBe(401)
      }
    })

    it('gives every sign-in a session of its own', async () => {
      const [one, two] = [await setup.signIn(), await setup.signIn()]
      expect(readSession(one)).not.toEqual([])
      expect(readSession(one)).not.toEqual(readSession(two))
    })
  })
}

function readSession({ cookies }: Browser): string[] {
  return [...cookies].flatMap(([name, value]) => (name.includes('session') ? [value] : []))
}
