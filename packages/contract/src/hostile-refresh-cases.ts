import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createSigningKey, json, paths } from '../../core/test/fake-provider.ts'
import { type Browser, createBrowser } from './browser.ts'
import type { ContractApp, StartApp } from './contract-app.ts'
import { type HostileProvider, startHostileProvider } from './hostile-provider.ts'
import { bomb, cut, hostileSecret, html, leaked, oauthError, type Spoil } from './hostile-spoils.ts'
import { findFreePort, secrets } from './setup.ts'

interface Stage {
  readonly provider: HostileProvider
  readonly app: ContractApp
  /** Signs in; the access token has run out when it resolves. */
  signInUntilDue(): Promise<Browser>
  me(browser: Browser): Promise<number>
  /** Token requests since the access token has run out. */
  refreshes(): number
}

/** A renewal with a provider that misbehaves in one thing. */
export function describeHostileRefresh(start: StartApp): void {
  describe.concurrent('a provider that misbehaves at a refresh', () => {
    const it = test.extend<{ timeout: number; stage: Stage }>({
      timeout: 5000,
      stage: async ({ timeout }, use) => {
        const provider = await startHostileProvider('contract')
        const app = await startApp(start, provider, timeout)
        await use(createStage(provider, app))
        await app.close()
        await provider.close()
      },
    })

    // Only where one of them runs out: on a busy machine a good answer may take longer.
    const hasty = it.extend({ timeout: 500 })
    hasty.for<[string, Spoil]>(passing)(
      'RF-07 keeps the session: %s',
      async ([, spoil], { stage }) => {
        const browser = await stage.signInUntilDue()
        spoil(stage.provider)
        expect(await stage.me(browser)).toBe(200)
        expect(await stage.me(browser)).toBe(200)
        // Nobody waits for the second attempt while the trouble is fresh.
        expect(stage.refreshes()).toBe(1)
      },
    )

    it.for<[string, Spoil]>(final)(
      'ends the session once and for all: %s',
      async ([, spoil], { stage }) => {
        const browser = await stage.signInUntilDue()
        spoil(stage.provider)
        const page = await browser.fetch(`${stage.app.url}/api/me`)
        expect(page.status).toBe(401)
        expect(page.text).not.toContain(leaked)
        expect(await stage.me(browser)).toBe(401)
        expect(stage.refreshes()).toBe(1)
      },
    )

    it('RF-22 asks no more for a session that has ended, however often it comes', async ({
      stage,
    }) => {
      const browser = await stage.signInUntilDue()
      stage.provider.on(paths.token, () => json(oauthError('invalid_grant'), 400))
      for (let round = 0; round < 10; round++) expect(await stage.me(browser)).toBe(401)
      expect(stage.refreshes()).toBe(1)
    })

    it('RF-10 keeps the session when the client itself is refused', async ({ stage }) => {
      const browser = await stage.signInUntilDue()
      stage.provider.on(paths.token, () => json(oauthError('invalid_client'), 401))
      expect(await stage.me(browser)).toBe(200)
    })

    it('RF-12 goes on without a new ID token and a new refresh token', async ({ stage }) => {
      const browser = await stage.signInUntilDue()
      answerWith(stage.provider, { id_token: undefined, refresh_token: undefined })
      expect(await stage.me(browser)).toBe(200)
      expect(stage.refreshes()).toBe(1)
    })

    it('RF-15 lets new rights count at once', async ({ stage }) => {
      const browser = await stage.signInUntilDue()
      const { provider, app } = stage
      answerWith(provider, { access_token: await provider.accessToken({ permissions: [] }) })
      expect((await browser.fetch(`${app.url}/api/reports`)).status).toBe(403)
    })

    it('LO-06 signs out while the provider is down', async ({ stage }) => {
      const { provider, app } = stage
      const browser = await stage.signInUntilDue()
      for (const path of Object.values(paths)) provider.on(path, () => json({}, 503))
      const page = await browser.send(`${app.url}/auth/logout`, {
        method: 'POST',
        headers: { origin: app.url },
      })
      expect(page.status).toBe(303)
      expect(await stage.me(browser)).toBe(401)
    })

    it.for(['none', 'broken'] as const)(
      'LO-06 signs out with a session that is %s',
      async (kind, { stage }) => {
        const { app } = stage
        const cookies = new Map(kind === 'broken' ? [['contract.session', '1~broken']] : [])
        const browser = createBrowser(cookies)
        const page = await browser.send(`${app.url}/auth/logout`, {
          method: 'POST',
          headers: { origin: app.url },
        })
        expect(page.status).toBe(303)
        expect(browser.cookies.has('contract.session')).toBe(false)
      },
    )
  })
}

const passing: [string, Spoil][] = [
  ['500 in HTML', (provider) => provider.on(paths.token, html(500))],
  ['429', (provider) => provider.on(paths.token, () => json({}, 429))],
  ['no answer', (provider) => provider.onWire(paths.token, () => undefined)],
  ['RF-08 an answer that is cut', (provider) => provider.onWire(paths.token, cut)],
  ['RF-08 HTML with 200', (provider) => provider.on(paths.token, html(200))],
  ['RF-08 a compressed bomb', (provider) => provider.onWire(paths.token, bomb)],
]

const final: [string, Spoil][] = [
  [
    'the refresh token is refused',
    (provider) => provider.on(paths.token, () => json(oauthError('invalid_grant'), 400)),
  ],
  ['RF-11 an ID token of another user', answeringIdToken({ sub: 'kp_2' })],
  ['RF-11 an ID token of another issuer', answeringIdToken({ iss: 'https://evil.example' })],
  ['RF-11 an ID token for another client', answeringIdToken({ aud: 'other', azp: 'other' })],
  ['RF-11 an ID token with another nonce', answeringIdToken({ nonce: 'other' })],
  ['RF-11 an ID token that has expired', answeringIdToken({ exp: 1 })],
  [
    'RF-11 an ID token that a foreign key signed',
    (provider) =>
      answerWithMade(provider, async () => {
        const claims = { iss: provider.issuer, aud: 'contract', sub: 'kp_1', iat: 1, exp: 9e9 }
        return { id_token: await provider.sign(claims, {}, await createSigningKey('key-1')) }
      }),
  ],
]

async function startApp(
  start: StartApp,
  provider: HostileProvider,
  timeout: number,
): Promise<ContractApp> {
  return start({
    port: await findFreePort(),
    issuerUrl: provider.issuer,
    clientId: 'contract',
    clientSecret: hostileSecret,
    secrets: [secrets.first],
    timeout,
  })
}

function createStage(provider: HostileProvider, app: ContractApp): Stage {
  let before = 0
  const me = async (browser: Browser): Promise<number> =>
    (await browser.fetch(`${app.url}/api/me`)).status
  return {
    provider,
    app,
    me,
    refreshes: () => provider.hits(paths.token) - before,
    async signInUntilDue() {
      const usual = provider.tokenAnswer
      answerWith(provider, { expires_in: 1 })
      const browser = createBrowser()
      await browser.visit(`${app.url}/auth/login?returnTo=/dashboard`)
      expect(await me(browser)).toBe(200)
      provider.tokenAnswer = usual
      await wait(1100)
      // A token that lives a second may have been renewed on the way already.
      before = provider.hits(paths.token)
      return browser
    },
  }
}

function answeringIdToken(claims: Record<string, unknown>): Spoil {
  return (provider) =>
    answerWithMade(provider, async () => ({ id_token: await provider.idToken(claims) }))
}

function answerWith(provider: HostileProvider, changes: Record<string, unknown>): void {
  answerWithMade(provider, async () => changes)
}

function answerWithMade(
  provider: HostileProvider,
  make: () => Promise<Record<string, unknown>>,
): void {
  const usual = provider.tokenAnswer
  provider.tokenAnswer = async (form) => ({ ...(await usual(form)), ...(await make()) })
}
