import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type Browser, createBrowser } from './browser.ts'
import type { StartApp } from './contract-app.ts'
import { countRefreshes, me, secrets, type Setup, setUp } from './setup.ts'

/** Sessions, their renewal and their end. */
export function describeSession(start: StartApp): void {
  // Most of them wait for a token to run out, so they wait together.
  describe.concurrent.each(['cookie', 'memory'] as const)('session kept in %s', (store) => {
    const it = test.extend<{ setup: Setup }>({
      // oxlint-disable-next-line eslint/no-empty-pattern -- vitest reads what a fixture needs from here
      setup: async ({}, use) => {
        const setup = await setUp(start, { store })
        setup.issuer.settings.accessTokenLifetime = 1
        await use(setup)
        await setup.close()
      },
    })

    it('RF-01 renews once for fifty parallel requests, and for late ones with the old cookie', async ({
      setup,
    }) => {
      const browser = await signInUntilDue(setup)
      const before = countRefreshes(setup.issuer)
      const old = new Map(browser.cookies)
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => me(setup, createBrowser(old))),
      )
      answers.push(await me(setup, createBrowser(old)))
      expect(answers).toEqual(Array.from({ length: 51 }, () => 200))
      expect(countRefreshes(setup.issuer) - before).toBe(1)
    })

    it.for([500, 429, 503])(
      'keeps the session when a refresh answers %i',
      async (status, { setup }) => {
        const browser = await signInUntilDue(setup)
        const mend = failRefresh(setup, () => new Response('{}', { status }))
        expect(await me(setup, browser)).toBe(200)
        mend()
        expect(await me(setup, browser)).toBe(200)
      },
    )

    it('SE-28 ends the session when its newest refresh token is refused', async ({ setup }) => {
      const browser = await signInUntilDue(setup)
      await setup.issuer.revokeUser('owner@example.com')
      expect(await me(setup, browser)).toBe(401)
      expect(await me(setup, browser)).toBe(401)
    })

    it('RF-20 does not bring a session back that ended while it was being renewed', async ({
      setup,
    }) => {
      const browser = await signInUntilDue(setup)
      const renewing = createBrowser(browser.cookies)
      const slow = setup.issuer.intercept(async ({ url }) => {
        if (new URL(url).pathname === '/oauth2/token') await wait(300)
        return undefined
      })
      const late = me(setup, renewing)
      await browser.send(`${setup.app.url}/auth/logout`, {
        method: 'POST',
        headers: { origin: setup.app.url },
      })
      await late
      slow()
      expect(await me(setup, renewing)).toBe(401)
    })

    // A store in memory does not outlive the app that is started again.
    if (store === 'cookie') {
      it('opens an old cookie after the secret was rotated, and seals it anew', async ({
        setup,
      }) => {
        setup.issuer.settings.accessTokenLifetime = 3600
        const browser = await setup.signIn()
        await setup.restart({ secrets: [secrets.second, secrets.first] })
        expect(await me(setup, browser)).toBe(200)
        await setup.restart({ secrets: [secrets.second] })
        expect(await me(setup, browser)).toBe(200)
      })
    }

    it('signs out without an error when the secret is gone', async ({ setup }) => {
      const browser = await setup.signIn()
      await setup.restart({ secrets: [secrets.second] })
      expect(await me(setup, browser)).toBe(401)
    })

    it('SE-05 takes tampered and cut cookies for nobody', async ({ setup }) => {
      const browser = await setup.signIn()
      for (const change of [(text: string) => text.slice(0, -9), (text: string) => `x${text}`]) {
        const forged = new Map([...browser.cookies].map(([name, value]) => [name, change(value)]))
        // oxlint-disable-next-line no-await-in-loop -- one change after the other
        expect(await me(setup, createBrowser(forged))).toBe(401)
      }
    })

    it('SE-03 gives every sign-in a session of its own', async ({ setup }) => {
      const [one, two] = [await setup.signIn(), await setup.signIn()]
      expect(readSession(one)).not.toEqual([])
      expect(readSession(one)).not.toEqual(readSession(two))
    })
  })
}

/** A session whose access token has just run out. */
async function signInUntilDue({ issuer, signIn }: Setup): Promise<Browser> {
  const browser = await signIn()
  issuer.settings.accessTokenLifetime = 3600
  await wait(1100)
  return browser
}

function failRefresh({ issuer }: Setup, answer: () => Response): () => void {
  return issuer.intercept(({ url }) =>
    new URL(url).pathname === '/oauth2/token' ? answer() : undefined,
  )
}

function readSession({ cookies }: Browser): string[] {
  return [...cookies].flatMap(([name, value]) => (name.includes('session') ? [value] : []))
}
