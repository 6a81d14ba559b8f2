import { exportJWK, exportSPKI } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Client, failureOf } from '../test/client.ts'
import { createSigningKey, paths, toPublicJwk } from '../test/fake-provider.ts'
import { forge, forgeHmac, forgeSigned, readClaims } from '../test/forge.ts'
import { createSignIn, expectRefusedAt, verifyAt } from '../test/id-tokens.ts'
import type { IdTokenClaims } from './id-token.ts'

describe('the signature and the form of an ID token', () => {
  let client: Client
  beforeEach(async () => {
    client = await createSignIn()
  })

  const verify = async (token: string): Promise<IdTokenClaims> => verifyAt(client, token)
  const expectRefused = async (token: string): Promise<void> => expectRefusedAt(client, token)

  it.each(['none', 'nOnE', 'NONE', undefined, 'HS256', 'RS384', 'PS256', ''])(
    'ID-18 alg %j is refused, with a signature and without, whatever the metadata offer',
    async (alg) => {
      const { fake } = client
      fake.metadata['id_token_signing_alg_values_supported'] = ['none', 'HS256', 'RS384', 'PS256']
      const token = await fake.idToken()
      const header = { typ: 'JWT', kid: fake.key.kid, ...(alg !== undefined && { alg }) }
      const signature = token.split('.')[2] ?? ''
      await expectRefused(forge(header, readClaims(token)))
      await expectRefused(forge(header, readClaims(token), signature))
      await expectRefused(await forgeSigned(header, readClaims(token), fake.key.privateKey))
    },
  )

  it('ID-18 by an algorithm that is not allowed is refused, also under a key of the issuer', async () => {
    const sign = async ({ fake }: Client): Promise<string> => {
      const key = await createSigningKey('ec', 'ES256')
      fake.keys.push(await toPublicJwk(key, 'ES256'))
      const header = { alg: 'ES256', kid: 'ec' }
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
      return forgeSigned(header, readClaims(await fake.idToken()), key.privateKey, algorithm)
    }
    await expectRefused(await sign(client))
    const other = await createSignIn({ algorithms: ['ES256'] })
    expect(await verifyAt(other, await sign(other))).toMatchObject({ sub: 'kp_1' })
  })

  it('ID-19 by HS256 under anything public, or nothing, is refused', async () => {
    const { key, idToken } = client.fake
    const jwk = await exportJWK(key.publicKey)
    const pem = await exportSPKI(key.publicKey)
    const claims = readClaims(await idToken())
    const texts = [pem, pem.trim(), JSON.stringify(jwk), jwk.n ?? '', 'client-secret', '\0']
    for (const text of texts) {
      const secret = new TextEncoder().encode(text)
      await expectRefused(await forgeHmac({ alg: 'HS256', kid: key.kid }, claims, secret))
    }
  })

  it('ID-21 that is broken, empty or of other claims is refused', async () => {
    const [token, other] = [await client.fake.idToken(), await client.fake.idToken({ sub: 'x' })]
    const [header = '', payload = '', signature = ''] = token.split('.')
    const changed = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    await expectRefused(`${header}.${payload}.${changed}`)
    await expectRefused(`${header}.${payload}.${signature.slice(0, -4)}`)
    await expectRefused(`${header}.${payload}.`)
    await expectRefused(`${header}.${other.split('.')[1] ?? ''}.${signature}`)
  })

  it('ID-21 by a foreign key under the right key id is refused', async () => {
    const foreign = await createSigningKey(client.fake.key.kid)
    const claims = readClaims(await client.fake.idToken())
    await expectRefused(await client.fake.sign(claims, {}, foreign))
  })

  it.each(['unknown', '../../key-1', { kid: 'key-1' }, ['key-1'], null, '__proto__'])(
    'ID-22 under the key id %j is refused after one more look at the keys',
    async (kid) => {
      const { fake } = client
      const claims = readClaims(await fake.idToken())
      await expectRefused(await forgeSigned({ alg: 'RS256', kid }, claims, fake.key.privateKey))
      expect(fake.to(paths.jwks).length).toBeLessThanOrEqual(2)
      expect(fake.requests.length).toBe(fake.to(paths.jwks).length + 1)
    },
  )

  it('ID-23 without a key id is taken when one key fits', async () => {
    const { fake } = client
    const claims = readClaims(await fake.idToken())
    const token = await forgeSigned({ alg: 'RS256' }, claims, fake.key.privateKey)
    expect(await verify(token)).toMatchObject({ sub: 'kp_1' })
    fake.keys.push(await toPublicJwk(await createSigningKey('ec', 'ES256'), 'ES256'))
    expect(await verify(token)).toMatchObject({ sub: 'kp_1' })
  })

  it('ID-23 without a key id is refused when two keys fit', async () => {
    const { fake } = client
    fake.keys.push(await toPublicJwk(await createSigningKey('key-2')))
    const claims = readClaims(await fake.idToken())
    await expectRefused(await forgeSigned({ alg: 'RS256' }, claims, fake.key.privateKey))
  })

  it('ID-24 by a key that the header brings or points to is refused, and nothing is fetched', async () => {
    const { fake } = client
    const foreign = await createSigningKey('key-1')
    const claims = readClaims(await fake.idToken())
    const pointers = {
      jwk: await exportJWK(foreign.publicKey),
      jku: 'https://evil.test/jwks',
      x5u: 'https://evil.test/cert',
      x5c: ['AAAA'],
    }
    for (const [name, value] of Object.entries(pointers)) {
      const header = { alg: 'RS256', kid: 'key-1', [name]: value }
      await expectRefused(await forgeSigned(header, claims, foreign.privateKey))
      const { kid: _kid, ...nameless } = header
      await expectRefused(await forgeSigned(nameless, claims, foreign.privateKey))
    }
    expect(new Set(fake.requests.map(({ url }) => url.host))).toEqual(
      new Set(['tenant.kinde.test']),
    )
  })

  it('ID-24 by the right key is accepted, whatever else the header points to', async () => {
    const { fake } = client
    const header = { alg: 'RS256', kid: 'key-1', jku: 'https://evil.test/jwks' }
    const claims = readClaims(await fake.idToken())
    expect(await verify(await forgeSigned(header, claims, fake.key.privateKey))).toMatchObject({
      sub: 'kp_1',
    })
    expect(fake.requests.every(({ url }) => url.host === 'tenant.kinde.test')).toBe(true)
  })

  it.each([{ crit: ['exp'], exp: 1 }, { crit: [] }, { b64: false, crit: ['b64'] }, { typ: 5 }])(
    'with the header %j is refused, without an unhandled error',
    async (more) => {
      const { fake } = client
      const header = { alg: 'RS256', kid: 'key-1', ...more }
      const claims = readClaims(await fake.idToken())
      await expectRefused(await forgeSigned(header, claims, fake.key.privateKey))
    },
  )

  it.each([
    ['use=enc', { use: 'enc' }],
    ['KS-13 another alg', { alg: 'RS512' }],
    ['KS-13 key_ops that do not verify', { key_ops: ['encrypt'] }],
  ])('ID-26 by a key with %s is refused', async (_name, members) => {
    const { fake } = client
    fake.keys[0] = { ...fake.keys[0], ...members }
    await expectRefused(await fake.idToken())
  })

  it('ID-26 by an RSA key of 1024 bits is refused', async () => {
    const algorithm = {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      modulusLength: 1024,
      publicExponent: new Uint8Array([1, 0, 1]),
    }
    const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const weak = { kid: 'weak', ...pair }
    client.fake.keys.push(await toPublicJwk(weak))
    const claims = readClaims(await client.fake.idToken())
    const header = { alg: 'RS256', kid: 'weak' }
    await expectRefused(await forgeSigned(header, claims, weak.privateKey))
  })

  it('ID-02 with iss, sub and aud in its header alone is refused', async () => {
    const { fake } = client
    const { iss, sub, aud, ...claims } = readClaims(await fake.idToken())
    const header = { alg: 'RS256', kid: 'key-1', iss, sub, aud }
    await expectRefused(await forgeSigned(header, claims, fake.key.privateKey))
    const named = { ...claims, iss }
    await expectRefused(await forgeSigned(header, named, fake.key.privateKey))
    await expectRefused(await forgeSigned(header, { ...named, aud }, fake.key.privateKey))
  })

  it('ID-29 that has not the form of a signed JWT is refused', async () => {
    const { fake } = client
    const token = await fake.idToken()
    const [header, payload, signature] = token.split('.')
    const forms = [
      '',
      'x',
      'a.b',
      '..',
      'a.b.c',
      `${token}.x`,
      `${token}.x.y`,
      `${header}.${payload}`,
      ` ${token}`,
      `${token} `,
      `${token}\n`,
      `${header}. ${payload}.${signature}`,
      `${header}.${payload}.${signature}==`,
      JSON.stringify({ protected: header, payload, signature }),
      `${header}.${payload}.${signature}`.replaceAll('.', '%2E'),
    ]
    for (const form of forms) await expectRefused(form)
  })

  it.each(['[]', '"text"', 'null', '1', '{', '', '\u0000'])(
    'ID-29 with the payload %j is refused',
    async (payload) => {
      const header = { alg: 'RS256', kid: 'key-1' }
      await expectRefused(await forgeSigned(header, payload, client.fake.key.privateKey))
    },
  )

  it.each([
    [32_768, 'a check of the JWT failed'],
    [32_769, 'the token is too long'],
  ])('ID-32 of %d characters is refused because %s', async (length, reason) => {
    const error = await failureOf(verify(`a.b.${'c'.repeat(length - 4)}`))
    expect(error.cause).toMatchObject({ message: reason })
  })

  it('tells the log what was wrong with a signature', async () => {
    const foreign = await createSigningKey(client.fake.key.kid)
    const claims = readClaims(await client.fake.idToken())
    const header = { alg: 'RS256', kid: foreign.kid }
    const error = await failureOf(verify(await forgeSigned(header, claims, foreign.privateKey)))
    expect(error.cause).toMatchObject({ cause: { name: 'JWSSignatureVerificationFailed' } })
  })

  it('ID-32 of 90 KB is refused, without a look at its signature', async () => {
    await expectRefused(await client.fake.idToken({ groups: 'g'.repeat(90_000) }))
    expect(client.fake.requests).toEqual([])
  })
})
