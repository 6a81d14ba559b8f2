import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSigningKey, json, paths, toPublicJwk } from '../../core/test/fake-provider.ts'
import { type Browser, createBrowser, follow, type Page } from './browser.ts'
import type { ContractApp, StartApp } from './contract-app.ts'
import { type HostileProvider, startHostileProvider } from './hostile-provider.ts'
import {
  answering,
  at,
  atToken,
  bomb,
  both,
  cut,
  drip,
  drop,
  foreign,
  hostileSecret,
  html,
  leaked,
  oauthError,
  onWire,
  redirectTo,
  type Spoil,
  symmetric,
  unsigned,
  withAnswer,
  withClaims,
  withHeader,
  withIdToken,
  withMetadata,
} from './hostile-spoils.ts'
import { findFreePort, secrets } from './setup.ts'

/** What is spoiled, how, and what the person reads: the status and the code on the page. */
type Case = readonly [name: string, spoil: Spoil, status: number, code: string]

const clientId = 'contract'

const unavailable = [503, 'provider_unavailable'] as const
const unusable = [502, 'provider_response_invalid'] as const
const notIdentified = [502, 'id_token_invalid'] as const

const transport: readonly Case[] = [
  ['TR-01 the token endpoint answers 500 in HTML', atToken(html(500)), ...unavailable],
  ['TR-01 the token endpoint answers 503', atToken(() => json({}, 503)), ...unavailable],
  ['TR-01 the token endpoint answers 429', atToken(() => json({}, 429)), ...unavailable],
  ['TR-03 the token endpoint does not answer', onWire(() => undefined), ...unavailable],
  ['TR-05 the token endpoint drips', onWire(drip), ...unavailable],
  ['TR-06 the connection breaks', onWire((message) => message.socket.destroy()), ...unavailable],
  ['TR-06 the body is cut', onWire(cut), ...unavailable],
  ['TR-08 the body is a compressed bomb', onWire(bomb), ...unusable],
  ['TR-10 the answer is HTML with 200', atToken(html(200)), ...unusable],
  ['TR-10 the answer is an empty 200', atToken(() => new Response('')), ...unusable],
  ['TR-10 the answer is a list', atToken(() => json([])), ...unusable],
  ['TR-10 the answer is null', atToken(() => json(null)), ...unusable],
  ['TR-14 the answer is a redirect', atToken(() => redirectTo('/', 307)), ...unusable],
]

const content: readonly Case[] = [
  ['TC-01 there is no access token', withAnswer({ access_token: undefined }), ...unusable],
  ['TC-01 the access token is a number', withAnswer({ access_token: 1 }), ...unusable],
  ['TC-01 the access token has a line break', withAnswer({ access_token: 'a\r\nb' }), ...unusable],
  ['TC-04 there is no token type', withAnswer({ token_type: undefined }), ...unusable],
  ['TC-04 the token type is mac', withAnswer({ token_type: 'mac' }), ...unusable],
  ['TC-04 the token type is DPoP', withAnswer({ token_type: 'DPoP' }), ...unusable],
  ['TC-09 there is no ID token', withAnswer({ id_token: undefined }), ...notIdentified],
  ['TC-11 an error comes with 200', atToken(() => json(oauthError('invalid_grant'))), ...unusable],
  [
    'TC-12 the code is refused',
    atToken(() => json(oauthError('invalid_grant'), 400)),
    400,
    'invalid_grant',
  ],
  [
    'TC-12 the client is refused',
    atToken(() => json(oauthError('invalid_client'), 401)),
    500,
    'invalid_client',
  ],
]

const hour = 3600
const now = (): number => Math.floor(Date.now() / 1000)

const idTokens: readonly Case[] = [
  ['ID-01 iss is another', withClaims({ iss: 'https://evil.example' }), ...notIdentified],
  ['ID-01 iss is missing', withClaims({ iss: undefined }), ...notIdentified],
  ['ID-03 aud is another', withClaims({ aud: 'other', azp: 'other' }), ...notIdentified],
  ['ID-03 aud is empty', withClaims({ aud: [] }), ...notIdentified],
  ['ID-07 nonce is missing', withClaims({ nonce: undefined }), ...notIdentified],
  ['ID-07 nonce is another', withClaims({ nonce: 'other' }), ...notIdentified],
  ['ID-09 sub is missing', withClaims({ sub: undefined }), ...notIdentified],
  ['ID-09 sub is empty', withClaims({ sub: '' }), ...notIdentified],
  ['ID-11 exp is past', withClaims({ exp: now() - hour }), ...notIdentified],
  ['ID-11 exp is missing', withClaims({ exp: undefined }), ...notIdentified],
  ['ID-13 iat is an hour ahead', withClaims({ iat: now() + hour }), ...notIdentified],
  ['ID-27 at_hash is of another token', withClaims({ at_hash: 'AAAA' }), ...notIdentified],
  ['ID-28 it is typed as an access token', withHeader({ typ: 'at+jwt' }), ...notIdentified],
  ['ID-28 it is a logout token', withClaims({ events: {} }), ...notIdentified],
  ['ID-18 it is not signed', withIdToken(unsigned), ...notIdentified],
  ['ID-19 it is signed with the client secret', withIdToken(symmetric), ...notIdentified],
  ['ID-21 a foreign key signed it', withIdToken(foreign), ...notIdentified],
  ['ID-22 its key id is unknown', withHeader({ kid: '../key' }), ...notIdentified],
  ['ID-29 it has two parts', withIdToken(async () => 'a.b'), ...notIdentified],
]

const keySets: readonly Case[] = [
  ['KS-06 the key set cannot be had', at(paths.jwks, () => json({}, 503)), ...unavailable],
  ['KS-08 the key set has no keys', at(paths.jwks, () => json({ keys: {} })), ...unavailable],
  ['KS-08 the key set is empty', at(paths.jwks, () => json({ keys: [] })), ...unavailable],
]

const metadata: readonly Case[] = [
  [
    'MD-01 the metadata name another issuer',
    withMetadata({ issuer: 'https://x.test' }),
    ...unusable,
  ],
  ['MD-05 the metadata are HTML', at(paths.discovery, html(200)), ...unavailable],
  ['MD-05 the metadata redirect', at(paths.discovery, () => redirectTo('/', 302)), ...unavailable],
  ['MD-06 there is no token endpoint', withMetadata({ token_endpoint: undefined }), ...unusable],
  ['MD-06 an endpoint is relative', withMetadata({ authorization_endpoint: '/auth' }), ...unusable],
]

const refused = [400, 'callback_invalid'] as const

const responses: readonly Case[] = [
  [
    'CB-07 iss is missing though promised',
    both(
      withMetadata({ authorization_response_iss_parameter_supported: true }),
      answering(drop('iss')),
    ),
    ...refused,
  ],
  ['CB-08 iss is another', answering({ iss: 'https://evil.example' }), ...refused],
  ['CB-17 an error comes with a code', answering({ error: 'access_denied' }), 400, 'access_denied'],
  [
    'CB-18 the error is markup',
    answering({ error: '<script>alert(1)</script>', error_description: leaked }),
    400,
    'unknown_error',
  ],
  ['CB-13 the code is empty', answering(drop('code')), ...refused],
  ['CB-25 an ID token comes by the front', answering({ id_token: 'a.b.c' }), ...refused],
  ['CB-26 the answer is a JARM response', answering({ response: 'a.b.c' }), ...refused],
]

/** A sign-in with a provider that misbehaves in one thing. */
export function describeHostile(start: StartApp): void {
  describe('a provider that misbehaves', () => {
    let provider: HostileProvider
    let app: ContractApp
    beforeEach(async () => {
      provider = await startHostileProvider(clientId)
      app = await start({
        port: await findFreePort(),
        issuerUrl: provider.issuer,
        clientId,
        clientSecret: hostileSecret,
        secrets: [secrets.first],
        // Long enough for a good answer on a busy machine; two cases wait for it.
        timeout: 1500,
      })
    })
    afterEach(async () => {
      await app.close()
      await provider.close()
    })

    const signIn = async (browser: Browser): Promise<Page> =>
      browser.visit(`${app.url}/auth/login?returnTo=/dashboard`)
    const me = async (browser: Browser): Promise<number> =>
      (await browser.fetch(`${app.url}/api/me`)).status

    it('signs in when nothing is spoiled', async () => {
      const browser = createBrowser()
      expect((await signIn(browser)).url).toBe(`${app.url}/dashboard`)
      expect(await me(browser)).toBe(200)
    })

    it.each([...transport, ...content, ...idTokens, ...keySets, ...metadata, ...responses])(
      '%s',
      async (_name, spoil, status, code) => {
        await spoil(provider)
        const browser = createBrowser()
        const page = await signIn(browser)
        expect([page.status, readCode(page)]).toEqual([status, code])
        expectHarmless(page)
        expect(await me(browser)).toBe(401)
        expect(provider.to(paths.token).length).toBeLessThanOrEqual(1)
        if (status === 503) expect(page.headers.has('retry-after')).toBe(true)
      },
    )

    it('AR-02 uses PKCE also where the metadata do not mention it', async () => {
      expect(provider.metadata).not.toHaveProperty('code_challenge_methods_supported')
      const { searchParams } = new URL(follow(await createBrowser().send(`${app.url}/auth/login`)))
      expect(searchParams.get('code_challenge_method')).toBe('S256')
    })

    it('MD-09 signs in and out without userinfo, revocation and logout endpoints', async () => {
      for (const name of ['userinfo', 'revocation', 'end_session']) {
        delete provider.metadata[`${name}_endpoint`]
      }
      const browser = createBrowser()
      await signIn(browser)
      expect(await me(browser)).toBe(200)
      const headers = { origin: app.url }
      expect(
        (await browser.send(`${app.url}/auth/logout`, { method: 'POST', headers })).status,
      ).toBe(303)
      expect(await me(browser)).toBe(401)
    })

    it('TC-02 signs in with an opaque access token, which grants nothing', async () => {
      await withAnswer({ access_token: 'opaque' })(provider)
      const browser = createBrowser()
      await signIn(browser)
      expect(await me(browser)).toBe(200)
      expect((await browser.fetch(`${app.url}/api/reports`)).status).toBe(403)
    })

    it('ID-32 refuses an ID token of 90 KB, and cuts no cookie', async () => {
      const groups = Array.from({ length: 2000 }, (_, index) => `group-number-${index}-of-many`)
      await withClaims({ groups })(provider)
      const browser = createBrowser()
      const page = await signIn(browser)
      expect([page.status, readCode(page)]).toEqual([502, 'id_token_invalid'])
      expect(await me(browser)).toBe(401)
    })

    it('ID-33 ID-34 takes names for text, a picture for a web address, and sub for who it is', async () => {
      await withClaims({
        name: '<script>alert(1)</script>',
        picture: 'javascript:alert(1)',
        email: 'owner@example.com',
        email_verified: 'false',
      })(provider)
      const browser = createBrowser()
      await signIn(browser)
      const page = await browser.fetch(`${app.url}/auth/session`)
      expect(page.headers.get('content-type')).toContain('application/json')
      expect(JSON.parse(page.text).session.user).toMatchObject({
        id: 'kp_1',
        name: '<script>alert(1)</script>',
        picture: null,
        emailVerified: null,
      })
    })

    it('CB-11 tells a code of another issuer to nobody', async () => {
      const browser = createBrowser()
      const login = await browser.send(`${app.url}/auth/login`)
      const state = new URL(follow(login)).searchParams.get('state') ?? ''
      const query = new URLSearchParams({ code: 'honest', state, iss: 'http://localhost:1' })
      const page = await browser.send(`${app.url}/auth/callback?${query.toString()}`)
      expect([page.status, readCode(page)]).toEqual([400, 'callback_invalid'])
      expect(provider.to(paths.token)).toEqual([])
    })

    it('TR-14 follows no redirect of the token endpoint', async () => {
      const target = '/elsewhere'
      provider.on(paths.token, () => redirectTo(`${provider.issuer}${target}`, 307))
      await signIn(createBrowser())
      expect(provider.to(target)).toEqual([])
    })

    it('TR-19 sends the provider nothing of the user but what the protocol says', async () => {
      await signIn(createBrowser())
      const [request] = provider.to(paths.token)
      for (const name of ['cookie', 'referer', 'origin', 'authorization']) {
        expect(request?.headers.has(name)).toBe(false)
      }
      expect([...(request?.form.keys() ?? [])].sort()).toEqual([
        'client_id',
        'client_secret',
        'code',
        'code_verifier',
        'grant_type',
        'redirect_uri',
      ])
    })

    it('MD-03 recovers by itself when the provider comes up', async () => {
      const undo = provider.on(paths.discovery, () => json({}, 400))
      expect((await signIn(createBrowser())).status).toBe(503)
      undo()
      expect((await signIn(createBrowser())).status).toBe(200)
    })

    it('KS-01 signs in with a key that was rotated a moment ago', async () => {
      await signIn(createBrowser())
      const next = await createSigningKey('key-2')
      provider.keys.push(await toPublicJwk(next))
      const claims = async (token: string): Promise<Record<string, unknown>> =>
        JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
      const usual = provider.tokenAnswer
      provider.tokenAnswer = async (form) => {
        const answer = await usual(form)
        return {
          ...answer,
          id_token: await provider.sign(await claims(String(answer['id_token'])), {}, next),
        }
      }
      expect((await signIn(createBrowser())).status).toBe(200)
    })
  })
}

function readCode({ text }: Page): string | undefined {
  return /data-testid="error-code">([^<]*)</.exec(text)?.[1]
}

/** Nothing of the provider's text and nothing secret is on the page. */
function expectHarmless({ text }: Page): void {
  expect(text).not.toContain(leaked)
  expect(text).not.toContain('<script')
  expect(text).not.toContain(hostileSecret)
  expect(text).not.toMatch(/eyJ/)
}
