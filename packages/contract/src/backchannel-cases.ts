import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSigningKey, paths } from '../../core/test/fake-provider.ts'
import { type Browser, createBrowser, type Page } from './browser.ts'
import type { ContractApp, StartApp } from './contract-app.ts'
import { type HostileProvider, startHostileProvider } from './hostile-provider.ts'
import { hostileSecret } from './hostile-spoils.ts'
import { findFreePort, secrets } from './setup.ts'

const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }

/** Back-Channel Logout 1.0: the provider ends sessions without the browser. */
export function describeBackchannelLogout(start: StartApp): void {
  describe('back-channel logout', () => {
    let provider: HostileProvider
    let app: ContractApp
    beforeEach(async () => {
      provider = await startHostileProvider('contract')
      const usual = provider.tokenAnswer
      provider.tokenAnswer = async (form) => ({
        ...(await usual(form)),
        id_token: await provider.idToken({ sid: 's-1' }),
      })
      app = await start({
        port: await findFreePort(),
        issuerUrl: provider.issuer,
        clientId: 'contract',
        clientSecret: hostileSecret,
        secrets: [secrets.first],
        store: 'memory',
      })
    })
    afterEach(async () => {
      await app.close()
      await provider.close()
    })

    const signIn = async (): Promise<Browser> => {
      const browser = createBrowser()
      await browser.visit(`${app.url}/auth/login?returnTo=/dashboard`)
      return browser
    }
    const me = async (browser: Browser): Promise<number> =>
      (await browser.fetch(`${app.url}/api/me`)).status
    const post = async (form: Record<string, string>, headers = {}): Promise<Page> =>
      createBrowser().send(`${app.url}/auth/backchannel-logout`, {
        method: 'POST',
        form,
        headers: { ...server.headers, ...headers },
      })
    const claims = (changes: Record<string, unknown> = {}): Record<string, unknown> => {
      const now = Math.floor(Date.now() / 1000)
      const { issuer: iss } = provider
      const usual = {
        iss,
        aud: 'contract',
        iat: now,
        exp: now + 120,
        jti: crypto.randomUUID(),
        events,
      }
      return JSON.parse(JSON.stringify({ ...usual, ...changes }))
    }
    const logOut = async (changes: Record<string, unknown>): Promise<Page> =>
      post({ logout_token: await provider.sign(claims(changes), { typ: 'logout+jwt' }) })

    it.each([{ sub: 'kp_1', sid: 's-1' }, { sub: 'kp_1' }, { sid: 's-1' }])(
      'LO-10 ends the session that %j names within a second',
      async (names) => {
        const browser = await signIn()
        expect(await me(browser)).toBe(200)
        const page = await logOut(names)
        expect([page.status, page.headers.get('cache-control')]).toEqual([
          200,
          expect.stringContaining('no-store'),
        ])
        await wait(600)
        expect(await me(browser)).toBe(401)
      },
    )

    it('LO-10 leaves other sessions alone', async () => {
      const browser = await signIn()
      await logOut({ sub: 'kp_2' })
      await logOut({ sub: 'kp_1', sid: 's-2' })
      await wait(600)
      expect(await me(browser)).toBe(200)
    })

    it('LO-14 takes the same token twice without harm', async () => {
      const token = await provider.sign(claims({ sub: 'kp_1' }), { typ: 'logout+jwt' })
      expect((await post({ logout_token: token })).status).toBe(200)
      expect((await post({ logout_token: token })).status).toBe(200)
    })

    it.each<[string, Record<string, unknown>]>([
      ['LO-11 for another client', { aud: 'other' }],
      ['LO-11 of another issuer', { iss: 'https://evil.example' }],
      ['LO-13 with a nonce, as an ID token', { nonce: 'n' }],
      ['LO-13 without the event', { events: undefined }],
    ])('%s is refused and ends nothing', async (_name, changes) => {
      const browser = await signIn()
      const page = await logOut({ sub: 'kp_1', ...changes })
      expect(page.status).toBe(400)
      await wait(600)
      expect(await me(browser)).toBe(200)
    })

    it('LO-11 a foreign signature is refused and ends nothing', async () => {
      const browser = await signIn()
      const foreign = await createSigningKey('key-1')
      const token = await provider.sign(claims({ sub: 'kp_1' }), { typ: 'logout+jwt' }, foreign)
      expect((await post({ logout_token: token })).status).toBe(400)
      await wait(600)
      expect(await me(browser)).toBe(200)
    })

    it('LO-15 answers a GET with 405, other bodies with 415, 413 and 400', async () => {
      const get = await createBrowser().send(`${app.url}/auth/backchannel-logout`, server)
      expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
      expect((await post({}, { 'content-type': 'application/json' })).status).toBe(415)
      expect((await post({ logout_token: 'x'.repeat(1_000_000) })).status).toBe(413)
      expect((await post({})).status).toBe(400)
    })

    it('LO-16 asks for the keys a few times at most in a flood of bad tokens', async () => {
      await signIn()
      const before = provider.hits(paths.jwks)
      const unknown = await createSigningKey('key-unknown')
      const tokens = await Promise.all(
        Array.from({ length: 30 }, () => provider.sign(claims({ sub: 'x' }), {}, unknown)),
      )
      await Promise.all(tokens.map((logout_token) => post({ logout_token })))
      expect(provider.hits(paths.jwks) - before).toBeLessThanOrEqual(2)
    })
  })
}

// The provider's server is no browser.
const server = {
  headers: { accept: '*/*', 'sec-fetch-site': '', 'sec-fetch-mode': '', 'sec-fetch-dest': '' },
}
