import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createSigningKey,
  json,
  paths,
  type SigningKey,
  toPublicJwk,
} from '../../core/test/fake-provider.ts'
import { createBrowser } from './browser.ts'
import { type HostileProvider, startHostileProvider } from './hostile-provider.ts'
import { drip, html, redirectTo, symmetric, unsigned } from './hostile-spoils.ts'
import { findFreePort } from './setup.ts'

/** What an API under test is started with. */
export interface ApiSettings {
  readonly port: number
  readonly issuerUrl: string
  readonly audience: string
  /** Milliseconds for each request to the issuer. */
  readonly timeout: number
}

/**
 * A running API of two resources: `me` needs any access token and tells the subject, `reports` needs the
 * scope `read:reports`.
 */
export interface ContractApi {
  /** Asks for a resource; {@link askRest} does where each has a path of its own. */
  ask(question: Question): Promise<ApiAnswer>
  close(): Promise<void>
}

/** What an API is asked. */
export interface Question {
  readonly resource: 'me' | 'reports'
  /** The value of the `Authorization` header; without one when it is empty. */
  readonly authorization: string
  /** What stands in the URL after the question mark. */
  readonly query?: string
}

/** What an API answers, whatever way its protocol says so. */
export interface ApiAnswer {
  /** 200, or what is refused: 401, 403, 503. */
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Whom `me` names. */
  readonly subject?: unknown
}

/** Asks an API that answers `GET /me` with `{ subject }` and `GET /reports`. */
export async function askRest(
  url: string,
  { resource, authorization, query = '' }: Question,
): Promise<ApiAnswer> {
  const headers = { authorization }
  const page = await createBrowser().fetch(`${url}/${resource}?${query}`, { headers })
  const isNamed = page.status === 200 && resource === 'me'
  return { ...page, ...(isNamed && { subject: JSON.parse(page.text).subject }) }
}

/** Starts an API. */
export type StartApi = (settings: ApiSettings) => Promise<ContractApi>

type Token = (provider: HostileProvider) => Promise<string>

const audience = 'https://api.example'
const now = (): number => Math.floor(Date.now() / 1000)

/**
 * The cases that every API must pass that takes access tokens.
 *
 * @example
 * describeBearerContract('Express 5', startExpressApi)
 */
export function describeBearerContract(name: string, start: StartApi): void {
  describe(`${name} keeps the bearer contract`, { timeout: 20_000 }, () => {
    let provider: HostileProvider
    let api: ContractApi
    beforeEach(async () => {
      provider = await startHostileProvider('client-1')
      const port = await findFreePort()
      api = await start({ port, issuerUrl: provider.issuer, audience, timeout: 1500 })
    })
    afterEach(async () => {
      await api.close()
      await provider.close()
    })

    const send = async (
      resource: Question['resource'],
      authorization = '',
      query = '',
    ): Promise<ApiAnswer> => api.ask({ resource, authorization, query })
    const me = async (token: string): Promise<number> =>
      (await send('me', `Bearer ${token}`)).status
    const machineToken = (): Promise<string> =>
      provider.accessToken({ sub: undefined, gty: ['client_credentials'], scp: ['read:reports'] })

    it.each(['', 'Basic YTpi', 'Bearer', 'Bearer '])(
      'AP-01 asks for a token, without an error code, when the header is %j',
      async (header) => {
        const page = await send('me', header)
        expect([page.status, page.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
        expect(page.headers.get('cache-control')).toContain('no-store')
      },
    )

    it.each(['bearer', 'BEARER'])('AP-01 takes the scheme %s', async (scheme) => {
      const page = await send('me', `${scheme} ${await provider.accessToken()}`)
      expect(page.status).toBe(200)
    })

    it('AP-02 looks for a token nowhere but in the header', async () => {
      const token = await provider.accessToken()
      expect((await send('me', '', `access_token=${token}`)).status).toBe(401)
    })

    it.each(goodTokens)('takes %s', async (_name, make) => {
      expect(await me(await make(provider))).toBe(200)
    })

    it.each(badTokens)('refuses %s', async (_name, make) => {
      const page = await send('me', `Bearer ${await make(provider)}`)
      expect(page.status).toBe(401)
      expect(page.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
      // AP-20: why it was refused is for the log.
      expect(page.text).not.toMatch(/aud |nonce|signature|expired at|kid/i)
    })

    it('AP-06 fetches nothing that a token points to', async () => {
      const header = { jku: `${provider.issuer}/evil`, x5u: `${provider.issuer}/evil` }
      await me(await provider.accessToken({}, header))
      expect(provider.hits('/evil')).toBe(0)
    })

    it('AP-12 lets a machine with the scope in', async () => {
      expect((await send('reports', `Bearer ${await machineToken()}`)).status).toBe(200)
    })

    it.each([
      ['no scope', []],
      ['a scope that contains it', ['read:reports:all', 'xread:reports']],
      ['a scope of another kind', { read: true }],
    ])('AP-12 refuses a token with %s and names what is missing', async (_name, scp) => {
      const page = await send('reports', `Bearer ${await provider.accessToken({ scp })}`)
      expect(page.status).toBe(403)
      expect(page.headers.get('www-authenticate')).toBe(
        'Bearer error="insufficient_scope", scope="read:reports"',
      )
      expect(page.text).toContain('read:reports')
    })

    it('AP-19 tells callers apart by issuer and subject', async () => {
      const tokens = [
        await provider.accessToken({ sub: 'a' }),
        await provider.accessToken({ sub: 'b' }),
      ]
      const pages = await Promise.all(tokens.map((token) => send('me', `Bearer ${token}`)))
      expect(pages.map(({ subject }) => subject)).toEqual(['a', 'b'])
    })

    it.each(outages)('KS-06 KS-07 answers 503, and recovers: %s', async (_name, spoil) => {
      const undo = spoil(provider)
      const token = await provider.accessToken()
      const page = await send('me', `Bearer ${token}`)
      expect([page.status, page.headers.has('retry-after')]).toEqual([503, true])
      undo()
      expect(await me(token)).toBe(200)
    })

    it('KS-05 goes on with the keys that it has while the provider is down', async () => {
      expect(await me(await provider.accessToken())).toBe(200)
      for (const path of Object.values(paths)) provider.on(path, () => json({}, 503))
      expect(await me(await provider.accessToken({ sub: 'kp_2' }))).toBe(200)
    })

    it('KS-01 LD-08 takes tokens by keys that were rotated a moment ago', async () => {
      for (const kid of ['key-2', 'key-3']) {
        const key = await createSigningKey(kid)
        provider.keys.splice(0, provider.keys.length, await toPublicJwk(key))
        expect(await me(await signedBy(key)(provider))).toBe(200)
      }
    })

    it('KS-03 asks for the keys a few times at most in a flood of unknown key ids', async () => {
      await me(await provider.accessToken())
      const before = provider.hits(paths.jwks)
      const key = await createSigningKey('key-unknown')
      const tokens = await Promise.all(
        Array.from({ length: 40 }, (_, index) => signedBy(key, { jti: String(index) })(provider)),
      )
      const statuses = await Promise.all(tokens.map(me))
      expect(new Set(statuses)).toEqual(new Set([401]))
      expect(provider.hits(paths.jwks) - before).toBeLessThanOrEqual(2)
    })

    it('KS-15 finds its key among five hundred', async () => {
      const [own] = provider.keys
      const others = Array.from({ length: 500 }, (_, index) => ({ ...own, kid: `other-${index}` }))
      provider.keys.push(...others)
      expect(await me(await provider.accessToken())).toBe(200)
    })

    it('KS-10 decides for one of two keys with one id, or for none', async () => {
      provider.keys.push(
        { ...provider.keys[0] },
        await toPublicJwk(await createSigningKey('key-1')),
      )
      expect([200, 401]).toContain(await me(await provider.accessToken()))
    })

    it('KS-07 answers 503 in time when the key set drips', async () => {
      provider.onWire(paths.jwks, drip)
      expect(await me(await provider.accessToken())).toBe(503)
    })

    it('KS-08 KS-12 reads past entries that are no keys, and takes no private part', async () => {
      provider.keys.unshift(
        JSON.parse('null'),
        {},
        { kty: 'RSA' },
        { kty: 'oct', k: 'c2VjcmV0', kid: 'key-1' },
      )
      expect(await me(await provider.accessToken())).toBe(200)
    })

    it('MD-13 asks for metadata and finds the key set there', async () => {
      Object.assign(provider.metadata, { jwks_uri: `${provider.issuer}/moved/keys` })
      provider.on('/moved/keys', () => json({ keys: provider.keys }))
      expect(await me(await provider.accessToken())).toBe(200)
      expect(provider.hits(paths.jwks)).toBe(0)
    })
  })
}

const goodTokens: readonly (readonly [string, Token])[] = [
  ['the token of a user', (provider) => provider.accessToken()],
  ['AP-09 the type at+jwt', (provider) => provider.accessToken({}, { typ: 'at+jwt' })],
  ['aud as a text', (provider) => provider.accessToken({ aud: audience })],
  ['this API among others', (provider) => provider.accessToken({ aud: ['x', audience] })],
  [
    'AP-04 a clock that differs by half a minute',
    (provider) => provider.accessToken({ exp: now() - 25 }),
  ],
  [
    'AP-16 a claim named __proto__',
    (provider) => provider.accessToken(JSON.parse('{"__proto__":{"admin":true}}')),
  ],
]

const badTokens: readonly (readonly [string, Token])[] = [
  ['AP-04 exp in the past', (provider) => provider.accessToken({ exp: now() - 60 })],
  ['AP-04 no exp', (provider) => provider.accessToken({ exp: undefined })],
  ['AP-04 exp as a text', (provider) => provider.accessToken({ exp: '9999999999' })],
  ['AP-04 nbf ahead', (provider) => provider.accessToken({ nbf: now() + 60 })],
  ['AP-04 iat ahead', (provider) => provider.accessToken({ iat: now() + 60 })],
  ['AP-05 no signature', unsigned],
  ['AP-05 KS-11 a signature with a secret', symmetric],
  ['AP-05 a foreign key', async (provider) => signedBy(await createSigningKey('key-1'))(provider)],
  ['AP-05 added claims', (provider) => tampered(provider)],
  ['AP-06 a critical header', critical],
  ['AP-07 an ID token', (provider) => provider.idToken({ aud: [audience] })],
  [
    'AP-07 an ID token with a nonce',
    (provider) => provider.idToken({ aud: [audience], nonce: 'n' }),
  ],
  ['a webhook', (provider) => provider.accessToken({ type: 'user.created', event_id: 'e' })],
  ['AP-09 another type', (provider) => provider.accessToken({}, { typ: 'dpop+jwt' })],
  ['AP-10 a token bound to a key', (provider) => provider.accessToken({ cnf: { jkt: 'x' } })],
  ['AP-15 40 KB', async () => `${'a'.repeat(40_000)}.b.c`.slice(0, 15_000)],
  ['AP-15 an opaque text', async () => 'opaque'],
  ['AP-15 two parts', async () => 'a.b'],
  ['AP-15 a payload that is a list', async () => 'eyJhbGciOiJSUzI1NiJ9.W10.c2ln'],
  ['AP-22 MD-15 another issuer', (provider) => provider.accessToken({ iss: 'https://other.test' })],
  ['another API', (provider) => provider.accessToken({ aud: ['https://other.example'] })],
  ['no aud', (provider) => provider.accessToken({ aud: [] })],
]

type Undo = () => void

const outages: readonly (readonly [string, (provider: HostileProvider) => Undo])[] = [
  ['TR-01 the key set answers 400', (provider) => provider.on(paths.jwks, () => json({}, 400))],
  ['the key set is HTML', (provider) => provider.on(paths.jwks, html(200))],
  ['the key set redirects', (provider) => provider.on(paths.jwks, () => redirectTo('/', 302))],
  ['KS-08 the key set is a text', (provider) => provider.on(paths.jwks, () => json('keys'))],
  [
    'MD-03 the metadata answer 400',
    (provider) => provider.on(paths.discovery, () => json({}, 400)),
  ],
]

function signedBy(key: SigningKey, claims: Record<string, unknown> = {}): Token {
  return async (provider) => {
    const usual = {
      iss: provider.issuer,
      aud: audience,
      sub: 'kp_1',
      iat: now(),
      exp: now() + 60,
      scp: [],
    }
    return provider.sign({ ...usual, ...claims }, {}, key)
  }
}

// The library that signs the others refuses to make this one.
async function critical(provider: HostileProvider): Promise<string> {
  const [, claims = ''] = (await provider.accessToken()).split('.')
  const header = JSON.stringify({ alg: 'RS256', kid: 'key-1', typ: 'JWT', crit: ['x'], x: 1 })
  const content = `${Buffer.from(header).toString('base64url')}.${claims}`
  const { privateKey } = provider.key
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, Buffer.from(content))
  return `${content}.${Buffer.from(signature).toString('base64url')}`
}

async function tampered(provider: HostileProvider): Promise<string> {
  const [header, claims = '', signature] = (await provider.accessToken()).split('.')
  const read: object = JSON.parse(Buffer.from(claims, 'base64url').toString())
  const more = Buffer.from(JSON.stringify({ ...read, permissions: ['all'] })).toString('base64url')
  return `${header}.${more}.${signature}`
}
