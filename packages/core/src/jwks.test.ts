import { exportJWK } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Client, createClient, failureOf } from '../test/client.ts'
import {
  type Answer,
  createSigningKey,
  json,
  paths,
  type SigningKey,
  toPublicJwk,
} from '../test/fake-provider.ts'
import { forgeHmac, forgeSigned, readClaims } from '../test/forge.ts'
import { InvalidJwtError, UnknownKeyError, type VerifiedJwt, verifyJwt } from './jwt.ts'

describe('a key set', () => {
  let client: Client
  beforeEach(async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    client = await createClient()
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const tokenBy = async (key: SigningKey, jti = ''): Promise<string> =>
    client.fake.sign({ ...readClaims(await client.fake.accessToken()), jti }, {}, key)
  const verify = async (token: string): Promise<VerifiedJwt> => verifyJwt(token, client.provider)
  const fetches = (): number => client.fake.to(paths.jwks).length
  const expectBad = async (token: string): Promise<void> => {
    await expect(verify(token)).rejects.toBeInstanceOf(InvalidJwtError)
  }
  const expectOutage = async (token: string): Promise<void> => {
    expect(await failureOf(verify(token))).toMatchObject({
      code: 'provider_unavailable',
      status: 503,
    })
  }

  it('KS-01 is fetched once for a thousand who ask at once', async () => {
    const token = await client.fake.accessToken()
    await Promise.all(Array.from({ length: 1000 }, async () => verify(token)))
    expect(fetches()).toBe(1)
    expect(client.fake.to(paths.discovery).length).toBe(1)
  })

  it('is asked for as JSON, and says since when it is known', async () => {
    expect(client.provider.keys.loadedAt()).toBe(Number.NEGATIVE_INFINITY)
    await client.provider.keys.ready()
    expect(client.provider.keys.loadedAt()).toBe(client.time.now)
    expect(client.fake.to(paths.jwks).map(({ headers }) => headers.get('accept'))).toEqual([
      'application/json',
    ])
  })

  it('has keys of each type that a provider may sign with', async () => {
    const curve = await createSigningKey('curve', 'ES256')
    const edwards = await createSigningKey('edwards', 'EdDSA')
    client.fake.keys.push(await toPublicJwk(curve, 'ES256'), await toPublicJwk(edwards, 'EdDSA'))
    const find = async (alg: string, kid: string): Promise<unknown> =>
      client.provider.keys.find({ alg, kid }, { payload: '', signature: '' })
    expect(await find('ES256', 'curve')).toMatchObject({ algorithm: { name: 'ECDSA' } })
    expect(await find('EdDSA', 'edwards')).toMatchObject({ algorithm: { name: 'Ed25519' } })
  })

  it('KS-01 LD-08 has a key that was added a moment ago, for all who come with it at once', async () => {
    await verify(await client.fake.accessToken())
    // Both fetches of the budget are there for a second rotation in the same moment.
    for (const kid of ['key-2', 'key-3']) {
      const next = await createSigningKey(kid)
      client.fake.keys.push(await toPublicJwk(next))
      const token = await tokenBy(next)
      const all = await Promise.all(Array.from({ length: 200 }, async () => verify(token)))
      expect(all).toHaveLength(200)
    }
    expect(fetches()).toBe(3)
  })

  it('KS-01 has a key for those who looked just before the set was replaced', async () => {
    const old = await client.fake.accessToken()
    await verify(old)
    const next = await createSigningKey('key-2')
    client.fake.keys.push(await toPublicJwk(next))
    const token = await tokenBy(next)
    let release: (() => void) | undefined
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    client.fake.on(paths.jwks, async () => {
      await gate
      return undefined
    })
    const early = Array.from({ length: 20 }, async () => verify(token))
    await vi.waitFor(() => expect(fetches()).toBe(2))
    const late = Array.from({ length: 20 }, async () => verify(token))
    release?.()
    expect(await Promise.all([...early, ...late])).toHaveLength(40)
    expect(fetches()).toBe(2)
  })

  it('KS-01 has a key for those who come in any moment of its fetch, for one fetch', async () => {
    const find = async (kid: string): Promise<unknown> =>
      client.provider.keys.find({ alg: 'RS256', kid }, { payload: '', signature: '' })
    await verify(await client.fake.accessToken())
    // One of the two fetches is spent, so whoever would need one of their own is refused.
    await expect(find('unknown')).rejects.toThrow('no applicable key')
    client.fake.keys.push(await toPublicJwk(await createSigningKey('key-2')))
    const settled = vi.fn<() => void>()
    const all = [find('key-2').finally(settled)]
    for (let round = 1; settled.mock.calls.length === 0; round++) {
      all.push(find('key-2'))
      await (round % 50 === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined)
    }
    expect(await Promise.all(all)).toHaveLength(all.length)
    expect(fetches()).toBe(3)
  })

  it('KS-01 LD-08 follows a rotation every ten seconds without one refusal', async () => {
    for (let round = 0; round < 8; round++) {
      const key = await createSigningKey(`round-${round}`)
      client.fake.keys.splice(0, client.fake.keys.length, await toPublicJwk(key))
      const token = await tokenBy(key)
      await Promise.all(Array.from({ length: 20 }, async () => verify(token)))
      client.time.now += 10_000
    }
    expect(fetches()).toBe(8)
  })

  it('KS-02 recovers at the latest in ten minutes when a key id is given to another key', async () => {
    await verify(await client.fake.accessToken())
    const other = await createSigningKey('key-1')
    client.fake.keys.splice(0, 1, await toPublicJwk(other))
    const before = fetches()
    await expectBad(await tokenBy(other))
    expect(fetches() - before).toBeLessThanOrEqual(1)
    client.time.now += 10 * 60_000
    await verify(await tokenBy(other))
  })

  it('KS-03 is fetched twice for a flood of made-up key ids, then once in five seconds', async () => {
    const unknown = await createSigningKey('unknown')
    const flood = async (): Promise<void> => {
      for (let round = 0; round < 20; round++) await expectBad(await tokenBy(unknown, `${round}`))
    }
    await verify(await client.fake.accessToken())
    await flood()
    expect(fetches()).toBe(3)
    client.time.now += 4_999
    await flood()
    expect(fetches()).toBe(3)
    client.time.now += 1
    await flood()
    expect(fetches()).toBe(4)
    client.time.now += 60_000
    await flood()
    expect(fetches()).toBe(6)
  })

  it('KS-03 is fetched at most twice for a thousand made-up key ids at once', async () => {
    await verify(await client.fake.accessToken())
    const unknown = await createSigningKey('unknown')
    const token = await tokenBy(unknown)
    await Promise.all(Array.from({ length: 1000 }, async () => expectBad(token)))
    expect(fetches()).toBeLessThanOrEqual(3)
  })

  it('KS-03 is not known to lack a key while the budget for a newer one is spent', async () => {
    const unknown = await tokenBy(await createSigningKey('unknown'))
    await verify(await client.fake.accessToken())
    for (let round = 0; round < 2; round++) {
      expect(await verify(unknown).catch((error: unknown) => error)).not.toBeInstanceOf(
        UnknownKeyError,
      )
    }
    const error = await verify(unknown).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(UnknownKeyError)
    expect(error).toMatchObject({ cause: { name: 'UncheckedKeyError' } })
  })

  it('KS-05 serves on while the server is down, for up to a day', async () => {
    const forever = { exp: 4_000_000_000 }
    const token = await client.fake.accessToken(forever)
    await verify(token)
    client.fake.on(paths.jwks, () => json({}, 503))
    client.time.now += 23 * 3_600_000
    await verify(token)
    client.time.now += 3_600_000
    await expectOutage(token)
  })

  it('KS-05 takes an empty or spoiled set for an outage and keeps the good one', async () => {
    const token = await client.fake.accessToken()
    await verify(token)
    for (const spoiled of [{ keys: [] }, { keys: {} }, {}, null]) {
      client.fake.on(paths.jwks, () => json(spoiled))
      client.time.now += 10 * 60_000
      await verify(token)
    }
  })

  it('KS-06 says an outage, not a bad token, while there are no keys, and recovers', async () => {
    const undo = client.fake.on(paths.jwks, () => json({}, 503))
    const token = await client.fake.accessToken()
    await expectOutage(token)
    undo()
    client.time.now += 5_000
    await verify(token)
  })

  it('KS-06 tries again while the server is in trouble, twice at most', async () => {
    let failures = 2
    client.fake.on(paths.jwks, () => (failures-- > 0 ? json({}, 503) : undefined))
    await verify(await client.fake.accessToken())
    expect(fetches()).toBe(3)
  })

  it('KS-06 says an outage for an unknown key id that it cannot ask about', async () => {
    await verify(await client.fake.accessToken())
    client.fake.on(paths.jwks, () => json({}, 500))
    const token = await tokenBy(await createSigningKey('key-2'))
    for (let round = 0; round < 6; round++) await expectOutage(token)
  })

  it.each<[string, Answer]>([
    ['KS-07 HTML', () => new Response('<p>', { headers: { 'content-type': 'text/html' } })],
    ['KS-07 a set that is cut', () => new Response('{"keys":[{"kty":"RSA"')],
    ['KS-07 more than 1 MiB', () => json({ keys: [], more: 'x'.repeat(1_100_000) })],
    ['KS-07 a redirect', () => Response.redirect('https://evil.test/jwks')],
    ['KS-07 404 with keys', () => json({ keys: client.fake.keys }, 404)],
    [
      'KS-11 nothing but shared keys',
      () => json({ keys: [{ kty: 'oct', kid: 'key-1', k: 'AAAA' }] }),
    ],
    ['KS-08 an empty set', () => json({ keys: [] })],
    ['KS-08 no keys', () => json({})],
    ['KS-08 keys that are an object', () => json({ keys: { kid: 'key-1' } })],
    ['KS-08 keys that are none', () => json({ keys: [null, 1, 'x', [], {}, { kty: 1 }] })],
  ])('%s is an outage, follows no redirect, and passes', async (_name, answer) => {
    const undo = client.fake.on(paths.jwks, answer)
    const token = await client.fake.accessToken()
    await expectOutage(token)
    expect(client.fake.requests.every(({ url }) => url.host === 'tenant.kinde.test')).toBe(true)
    undo()
    client.time.now += 5_000
    await verify(token)
  })

  it('KS-08 reads over null entries and unusable keys', async () => {
    const broken = [
      null,
      {},
      { kty: 'RSA' },
      { kty: 'RSA', kid: 'x', n: '!', e: 1 },
      { kty: 'OKP' },
    ]
    client.fake.on(paths.jwks, () => json({ keys: [...broken, ...client.fake.keys] }))
    await verify(await client.fake.accessToken())
  })

  it('KS-08 refuses a token by a key that cannot be read', async () => {
    client.fake.keys[0] = { kty: 'RSA', kid: 'key-1', n: '!', e: 1 }
    await expectBad(await client.fake.accessToken())
  })

  it('KS-10 has two keys under one id: of another type it works, of the same it is refused', async () => {
    const { fake } = client
    const curve = await createSigningKey('key-1', 'ES256')
    fake.keys.unshift(await toPublicJwk(curve, 'ES256'))
    await verify(await fake.accessToken())
    fake.keys.push({ ...fake.keys[1] })
    client.time.now += 10 * 60_000
    await expectBad(await fake.accessToken())
    // Newer keys would not help, so none are fetched.
    expect(fetches()).toBe(2)
  })

  it('KS-11 drops shared keys, so what HS256 signs with one is refused', async () => {
    const { fake } = client
    const secret = new TextEncoder().encode('a shared secret that everybody can read')
    const k = Buffer.from(secret).toString('base64url')
    fake.keys.push({ kty: 'oct', kid: 'shared', alg: 'HS256', k })
    const claims = readClaims(await fake.accessToken())
    await expectBad(await forgeHmac({ alg: 'HS256', kid: 'shared' }, claims, secret))
  })

  it('KS-12 drops the private part of a key that the server published by mistake', async () => {
    const { fake, provider } = client
    fake.keys[0] = { ...(await exportJWK(fake.key.privateKey)), kid: 'key-1', alg: 'RS256' }
    await verify(await fake.accessToken())
    const found = await provider.keys.find(
      { alg: 'RS256', kid: 'key-1' },
      { payload: '', signature: '' },
    )
    expect(found).toMatchObject({ type: 'public' })
  })

  it.each([
    { alg: 'RS384' },
    { key_ops: ['sign'] },
    { key_ops: 'verify' },
    { use: 'enc' },
    { kty: 'EC' },
  ])('KS-13 refuses a token by a key that says %j', async (members) => {
    client.fake.keys[0] = { ...client.fake.keys[0], ...members }
    await expectBad(await client.fake.accessToken())
  })

  it('KS-15 finds the right one of 500 in a few milliseconds', async () => {
    const { fake } = client
    const [only] = fake.keys
    const others = Array.from({ length: 499 }, (_, index) => ({ ...only, kid: `other-${index}` }))
    fake.keys.unshift(...others)
    const tokens = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => tokenBy(fake.key, `${index}`)),
    )
    await verify(await fake.accessToken())
    const start = performance.now()
    for (const token of tokens) await verify(token)
    expect((performance.now() - start) / tokens.length).toBeLessThan(5)
  })

  it('KS-16 forgets a key within ten minutes of its withdrawal', async () => {
    const forever = { exp: 4_000_000_000 }
    const token = await client.fake.accessToken(forever)
    await verify(token)
    client.fake.keys.splice(0, 1, await toPublicJwk(await createSigningKey('key-2')))
    client.time.now += 10 * 60_000
    await expectBad(token)
  })

  it('MD-11 goes by our own algorithms, not by those that the metadata offer', async () => {
    const { fake } = client
    fake.metadata['id_token_signing_alg_values_supported'] = ['none', 'HS256', 'ES256']
    const curve = await createSigningKey('curve', 'ES256')
    fake.keys.push(await toPublicJwk(curve, 'ES256'))
    await verify(await fake.accessToken())
    const claims = readClaims(await fake.accessToken())
    await expectBad(await fake.sign(claims, { alg: 'ES256' }, curve))
    const header = { alg: 'RS256', kid: 'curve' }
    await expectBad(await forgeSigned(header, claims, curve.privateKey, es256))
  })
})

const es256 = { name: 'ECDSA', hash: 'SHA-256' }
