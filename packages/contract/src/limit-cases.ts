import { setTimeout as wait } from 'node:timers/promises'
import { createSeed, type Seed } from '@trefoil/issuer'
import { describe, expect, test } from 'vitest'
import { createBrowser, follow } from './browser.ts'
import type { ContractSettings, StartApp } from './contract-app.ts'
import { enter, me, type Setup, setUp } from './setup.ts'

/** Starts an app with an issuer of its own, which the test's end closes. */
type Open = (changes?: Partial<ContractSettings>, seed?: Seed) => Promise<Setup>

/** What a session may last and how large it may be, and what a callback must bring. */
export function describeLimits(start: StartApp): void {
  describe.concurrent('limits', () => {
    const it = test.extend<{ open: Open }>({
      // oxlint-disable-next-line eslint/no-empty-pattern -- vitest reads what a fixture needs from here
      open: async ({}, use) => {
        const opened: Setup[] = []
        await use(async (changes, seed) => {
          const setup = await setUp(start, changes, seed)
          opened.push(setup)
          return setup
        })
        await Promise.all(opened.map((setup) => setup.close()))
      },
    })

    it.for<[string, Partial<ContractSettings>]>([
      ['idle time', { idleTimeout: 1 }],
      ['absolute time', { absoluteTimeout: 1 }],
      ['idle time in a store', { idleTimeout: 1, store: 'memory' }],
      ['absolute time in a store', { absoluteTimeout: 1, store: 'memory' }],
    ])(
      'SE-12 ends a session after its %s, wherever its cookie went',
      async ([, limits], { open }) => {
        const setup = await open(limits)
        const browser = await setup.signIn()
        const copy = new Map(browser.cookies)
        await wait(2100)
        expect(await me(setup, createBrowser(copy))).toBe(401)
      },
    )

    it('SE-13 says that a session is too large for cookies, and signs nobody in', async ({
      open,
    }) => {
      const setup = await open({}, seedWithManyPermissions())
      const browser = createBrowser()
      const login = await browser.visit(`${setup.app.url}/auth/login?returnTo=/dashboard`)
      const page = await enter(browser, login)
      expect(page.status).toBe(500)
      expect(page.text).toContain('data-testid="error-code">session_too_large<')
      expect(page.text).toMatch(/\d+ bytes/)
      expect(await me(setup, browser)).toBe(401)
    })

    it('SE-13 TC-03 keeps the same session in a store', async ({ open }) => {
      const setup = await open({ store: 'memory' }, seedWithManyPermissions())
      const browser = await setup.signIn()
      expect(await me(setup, browser)).toBe(200)
      expect(browser.cookieHeader().length).toBeLessThan(2048)
    })

    it('SE-13 SE-14 splits a session into cookies that browsers keep, and clears what is left over', async ({
      open,
    }) => {
      const setup = await open({}, seedWithManyPermissions(30))
      const browser = await setup.signIn()
      const parts = [...browser.cookies].filter(([name]) => name.includes('session'))
      expect(parts.length).toBeGreaterThan(1)
      for (const [name, value] of parts) expect(name.length + value.length).toBeLessThan(4096)
      await browser.visit(`${setup.app.url}/auth/login?returnTo=/dashboard&prompt=login`)
      const login = await browser.visit(`${setup.app.url}/auth/login?prompt=login`)
      await enter(browser, login, 'member@example.com')
      expect([...browser.cookies.keys()].filter((name) => name.includes('session'))).toHaveLength(1)
      expect(await me(setup, browser)).toBe(200)
    })

    it.for<[string, (iss: string) => string]>([
      ['wrong', (iss: string) => `${iss}.evil.example`],
      ['with a slash', (iss: string) => `${iss}/`],
      ['in other letters', (iss: string) => iss.toUpperCase()],
    ])(
      'CB-08 refuses a callback whose iss is %s before it sends the code',
      async ([, change], { open }) => {
        const setup = await open()
        const browser = createBrowser()
        const login = await browser.send(`${setup.app.url}/auth/login`)
        const state = new URL(follow(login)).searchParams.get('state') ?? ''
        const query = new URLSearchParams({ code: 'x', state, iss: change(setup.issuer.url) })
        const page = await browser.send(`${setup.app.url}/auth/callback?${query.toString()}`)
        expect(page.status).toBe(400)
        expect(setup.issuer.requests.some(({ path }) => path === '/oauth2/token')).toBe(false)
      },
    )
  })
}

// Forty bytes a permission in the token, sealed and written in base64: some 300 do not fit.
function seedWithManyPermissions(count = 300): Seed {
  const seed = createSeed()
  const keys = Array.from(
    { length: count },
    (_, index) => `permission:number-${index}:of-many-others`,
  )
  const permissions = keys.map((key) => ({ key, name: key }))
  return {
    ...seed,
    permissions: [...seed.permissions, ...permissions],
    users: seed.users.map((user) =>
      user.email === 'owner@example.com'
        ? {
            ...user,
            memberships: user.memberships.map((entry) => ({ ...entry, permissions: keys })),
          }
        : user,
    ),
  }
}
