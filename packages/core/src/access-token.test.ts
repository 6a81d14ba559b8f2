import { exportJWK, exportSPKI } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failureOf } from '../test/client.ts'
import {
  createFakeProvider,
  createSigningKey,
  type FakeProvider,
  json,
  paths,
  toPublicJwk,
} from '../test/fake-provider.ts'
import { forge, forgeHmac, forgeSigned, readClaims } from '../test/forge.ts'
import { createView } from '../test/view.ts'
import { type BearerOptions, type BearerVerifier, createBearerVerifier } from './bearer.ts'

const audience = 'https://api.example'

describe('an access token at an API', () => {
  let now: number
  let provider: FakeProvider
  let verifier: BearerVerifier
  beforeEach(async () => {
    now = Date.UTC(2026, 10, 25)
    provider = await createFakeProvider({ clock: () => now })
    verifier = create()
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const create = (options: BearerOptions = {}, of = provider): BearerVerifier =>
    createBearerVerifier({
      issuer: of.issuer,
      audience,
      fetch: of.fetch,
      clock: () => now,
      env: {},
      ...options,
    })
  const expectRefused = async (token: string, by = verifier): Promise<void> => {
    const error = await failureOf(by.verifyToken(token))
    expect([error.code, error.status]).toEqual(['token_invalid', 401])
    expect(error.headers).toEqual({ 'www-authenticate': 'Bearer error="invalid_token"' })
  }

  it('AP-02 is read from the header alone, never from the query', async () => {
    const token = await provider.accessToken()
    const url = `https://api.example/reports?access_token=${token}&bearer=${token}`
    expect(await failureOf(verifier.verify(createView({}, { url })))).toMatchObject({
      code: 'token_missing',
      headers: { 'www-authenticate': 'Bearer' },
    })
  })

  it.each([
    ['exp a text', { exp: '99999999999' }],
    ['exp null', { exp: null }],
    ['exp a list', { exp: [9_999_999_999] }],
    ['nbf a text', { nbf: '1' }],
    ['iat a text', { iat: '1' }],
    ['iat missing', { iat: undefined }],
  ])('AP-04 with %s is refused', async (_name, claims) => {
    await expectRefused(await provider.accessToken(claims))
  })

  it.each(['none', 'None', 'NONE', '', undefined])('AP-05 of alg %j is refused', async (alg) => {
    const token = await provider.accessToken()
    const header = { typ: 'JWT', kid: 'key-1', ...(alg !== undefined && { alg }) }
    await expectRefused(forge(header, readClaims(token)))
    await expectRefused(forge(header, readClaims(token), token.split('.')[2]))
  })

  it('AP-05 by HS256 under the public key is refused', async () => {
    const claims = readClaims(await provider.accessToken())
    const { publicKey, kid } = provider.key
    const texts = [await exportSPKI(publicKey), JSON.stringify(await exportJWK(publicKey))]
    for (const text of texts) {
      const secret = new TextEncoder().encode(text)
      await expectRefused(await forgeHmac({ alg: 'HS256', kid }, claims, secret))
    }
  })

  it('AP-05 with claims that were added is refused', async () => {
    const [header = '', payload = '', signature = ''] = (await provider.accessToken()).split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const more = JSON.stringify({ ...claims, permissions: ['admin'] })
    await expectRefused(`${header}.${Buffer.from(more).toString('base64url')}.${signature}`)
  })

  it.each(['jku', 'x5u', 'jwk'])(
    'AP-06 by a key that %s names is refused, and nothing fetched',
    async (name) => {
      const foreign = await createSigningKey('key-1')
      const value = name === 'jwk' ? await exportJWK(foreign.publicKey) : 'https://evil.test/keys'
      const claims = readClaims(await provider.accessToken())
      const header = { alg: 'RS256', kid: 'key-1', [name]: value }
      await expectRefused(await forgeSigned(header, claims, foreign.privateKey))
      expect(provider.requests.every(({ url }) => url.host === 'tenant.kinde.test')).toBe(true)
    },
  )

  it('AP-06 with a critical header that nobody knows is refused', async () => {
    const claims = readClaims(await provider.accessToken())
    const header = { alg: 'RS256', kid: 'key-1', crit: ['x'], x: 1 }
    await expectRefused(await forgeSigned(header, claims, provider.key.privateKey))
  })

  it('AP-07 an ID token in its place is refused, also with this API in aud', async () => {
    provider.nonce = 'n'
    await expectRefused(await provider.idToken())
    await expectRefused(await provider.idToken({ aud: ['client-1', audience] }))
    provider.nonce = ''
    await expectRefused(await provider.idToken({ aud: [audience] }))
  })

  it.each(['[]', 'null', '1', '"x"', '{'])(
    'AP-15 with the payload %s is refused',
    async (payload) => {
      const header = { alg: 'RS256', kid: 'key-1' }
      await expectRefused(await forgeSigned(header, payload, provider.key.privateKey))
    },
  )

  it.each(['a.b', 'a.b.c.d', '.', '..', 'opaque', 'x'.repeat(40_000)])(
    'AP-15 of the form %.10s is refused without the network',
    async (token) => {
      await expectRefused(token)
      expect(provider.requests).toEqual([])
    },
  )

  it.each(['nonce', 'at_hash', 'c_hash', 's_hash'])(
    'AP-07 with %s, which ID tokens alone have, is refused',
    async (name) => expectRefused(await provider.accessToken({ [name]: 'x' })),
  )

  it.each([
    ['scp', ['read:reports']],
    ['scope', 'read:reports'],
    ['gty', ['client_credentials']],
    ['client_id', 'client-1'],
  ])('AP-07 is known by %s alone', async (name, value) => {
    const token = await provider.accessToken({ scp: undefined, [name]: value })
    expect((await verifier.verifyToken(token)).subject).toBe('kp_1')
  })

  it.each([
    ['client_credentials in gty', { gty: ['client_credentials'] }, 'machine'],
    ['client_credentials among others in gty', { gty: ['x', 'client_credentials'] }, 'machine'],
    ['client_credentials as a text in gty', { gty: 'client_credentials' }, 'machine'],
    ['its client as the subject (RFC 9068)', { sub: 'client-1', client_id: 'client-1' }, 'machine'],
    ['a subject of its own', { client_id: 'client-1' }, 'user'],
    ['another grant in gty', { gty: ['authorization_code'] }, 'user'],
  ])('with %s is of a %s', async (_name, claims, kind) => {
    expect((await verifier.verifyToken(await provider.accessToken(claims))).kind).toBe(kind)
  })

  it.each([
    [{ azp: 'client-1', client_id: 'client-2' }, 'client-1'],
    [{ azp: undefined, client_id: 'client-2' }, 'client-2'],
    [{ azp: undefined }, null],
  ])('with %j was given to the client %j', async (claims, clientId) => {
    const token = await provider.accessToken(claims)
    expect((await verifier.verifyToken(token)).clientId).toBe(clientId)
  })

  it('may be for any one of the names of this API', async () => {
    const named = create({ audience: ['https://other.example', audience] })
    expect((await named.verifyToken(await provider.accessToken())).subject).toBe('kp_1')
    await expectRefused(await provider.accessToken({ aud: ['https://third.example'] }), named)
  })

  it.each(['JWT', 'application/jwt', undefined])(
    'AP-09 of typ %j says in the log which option takes it',
    async (typ) => {
      const claims = readClaims(await provider.accessToken())
      const header = { alg: 'RS256', kid: 'key-1', ...(typ !== undefined && { typ }) }
      const token = await forgeSigned(header, claims, provider.key.privateKey)
      const error = await failureOf(create({ profile: 'rfc9068' }).verifyToken(token))
      expect(String(error.cause)).toContain('set the option profile to "jwt"')
    },
  )

  it('AP-17 is remembered for one API and one issuer, not for another', async () => {
    const token = await provider.accessToken()
    await verifier.verifyToken(token)
    await expectRefused(token, create({ audience: 'https://other.example' }))
    const other = await createFakeProvider({ clock: () => now, issuer: 'https://b.kinde.test' })
    await expectRefused(token, create({}, other))
  })

  it('AP-19 names the user by issuer and subject', async () => {
    const identity = await verifier.verifyToken(await provider.accessToken())
    expect(identity).toMatchObject({ issuer: provider.issuer, subject: 'kp_1' })
  })

  it('AP-22 of two issuers is checked by the keys of its own', async () => {
    const other = await createFakeProvider({ clock: () => now, issuer: 'https://b.kinde.test' })
    const key = await createSigningKey('key-1')
    other.keys.splice(0, 1, await toPublicJwk(key))
    const verifyOther = create({}, other)
    const claims = readClaims(await other.accessToken())
    const good = await other.sign(claims, {}, key)
    expect((await verifyOther.verifyToken(good)).issuer).toBe('https://b.kinde.test')
    await expectRefused(good)
    const crossed = await provider.sign(claims)
    await expectRefused(crossed, verifyOther)
    await expectRefused(crossed)
  })

  it('MD-15 of a custom domain says in the log which issuer was expected', async () => {
    const token = await provider.accessToken({ iss: 'https://auth.example' })
    const error = await failureOf(verifier.verifyToken(token))
    expect(String(error.cause)).toContain(`configured issuer ${provider.issuer}`)
    expect(JSON.stringify(error.headers)).not.toContain('issuer')
  })

  it('KS-01 is checked with one fetch of the keys for a thousand requests at once', async () => {
    const token = await provider.accessToken()
    await Promise.all(Array.from({ length: 1000 }, async () => verifier.verifyToken(token)))
    expect(provider.to(paths.jwks)).toHaveLength(1)
    expect(provider.to(paths.discovery)).toHaveLength(1)
  })

  it('KS-05 KS-06 is checked through an outage, or else answered with 503 and Retry-After', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const forever = { exp: 4_000_000_000 }
    await verifier.verifyToken(await provider.accessToken(forever))
    for (const path of [paths.jwks, paths.discovery]) provider.on(path, () => json({}, 503))
    now += 3_600_000
    expect((await verifier.verifyToken(await provider.accessToken(forever))).subject).toBe('kp_1')
    const error = await failureOf(create().verifyToken(await provider.accessToken(forever)))
    expect([error.status, error.headers['retry-after']]).toEqual([503, '5'])
  })
})
