import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Client, expectNothingOf, failureOf } from '../test/client.ts'
import { createSigningKey, paths, toPublicJwk } from '../test/fake-provider.ts'
import { forgeSigned, readClaims } from '../test/forge.ts'
import { accessToken, createSignIn, expectRefusedAt, nonce, verifyAt } from '../test/id-tokens.ts'
import type { IdTokenClaims, IdTokenExpectation } from './id-token.ts'
import { ProviderError } from './provider-error.ts'

describe('an ID token', () => {
  let client: Client
  let seconds: number
  beforeEach(async () => {
    client = await createSignIn()
    seconds = client.time.now / 1000
  })

  const verify = async (
    token: string,
    expected: Partial<IdTokenExpectation> = {},
    of = client,
  ): Promise<IdTokenClaims> => verifyAt(of, token, expected)
  const expectRefused = async (
    token: string,
    expected: Partial<IdTokenExpectation> = {},
    of = client,
  ): Promise<void> => expectRefusedAt(of, token, expected)
  const oidc = async (): Promise<Client> => createSignIn({ preset: 'oidc' })

  it('that is as it should be gives its claims', async () => {
    const claims = await verify(await client.fake.idToken())
    expect(claims).toMatchObject({ sub: 'kp_1', iat: seconds, email: 'owner@example.com' })
  })

  it.each(['JWT', 'id+jwt', 'application/jwt', undefined])('may have typ %j', async (typ) => {
    const { fake } = client
    const header = { alg: 'RS256', kid: fake.key.kid, ...(typ !== undefined && { typ }) }
    const claims = readClaims(await fake.idToken())
    expect(await verify(await forgeSigned(header, claims, fake.key.privateKey))).toMatchObject({
      sub: 'kp_1',
    })
  })

  describe.each([
    ['ID-01 iss of another', { iss: 'https://other.kinde.test' }],
    ['ID-01 iss missing', { iss: undefined }],
    ['ID-01 iss empty', { iss: '' }],
    ['ID-01 iss with a slash', { iss: 'https://tenant.kinde.test/' }],
    ['ID-01 iss in other case', { iss: 'https://TENANT.kinde.test' }],
    ['ID-01 iss as a list that holds the right one', { iss: ['https://tenant.kinde.test'] }],
    ['ID-03 aud of another', { aud: 'client-2', azp: undefined }],
    ['ID-03 aud missing', { aud: undefined, azp: undefined }],
    ['ID-03 aud missing, with azp', { aud: undefined }],
    ['ID-03 aud an empty list', { aud: [] }],
    ['ID-03 aud with more behind the client id', { aud: ['client-1x'] }],
    ['ID-03 aud an object', { aud: { 0: 'client-1' } }],
    ['ID-03 aud a list in a list', { aud: [['client-1']] }],
    ['ID-06 azp of another client', { azp: 'client-2' }],
    [
      'ID-06 azp of another client, aud the issuer',
      { aud: ['https://tenant.kinde.test'], azp: 'x' },
    ],
    ['ID-07 nonce missing', { nonce: undefined }],
    ['ID-07 nonce of another sign-in', { nonce: 'nonce-2' }],
    ['ID-07 nonce in a list', { nonce: [nonce] }],
    ['ID-07 nonce null', { nonce: null }],
    ['ID-09 sub missing', { sub: undefined }],
    ['ID-09 sub empty', { sub: '' }],
    ['ID-09 sub a number', { sub: 1 }],
    ['ID-09 sub an object', { sub: {} }],
    ['ID-11 exp missing', { exp: undefined }],
    ['ID-11 exp a text', { exp: '99999999999' }],
    ['ID-11 exp null', { exp: null }],
    ['ID-13 iat missing', { iat: undefined }],
    ['ID-13 iat a text', { iat: '1' }],
    ['ID-13 iat null', { iat: null }],
    ['ID-16 auth_time a text', { auth_time: '1' }],
    ['ID-27 at_hash wrong', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['ID-27 at_hash empty', { at_hash: '' }],
    ['ID-27 at_hash a number', { at_hash: 1 }],
    ['ID-28 events', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
    ['ID-28 a webhook', { type: 'user.created', event_id: 'event_1' }],
  ])('%s', (_name, claims) => {
    it('is refused', async () => expectRefused(await client.fake.idToken(claims)))

    it('is refused with the preset oidc', async () => {
      const other = await oidc()
      await expectRefused(await other.fake.idToken(claims), {}, other)
    })
  })

  it.each([
    ['ID-11 exp in the past', () => ({ exp: seconds - 31 })],
    ['ID-11 exp as long ago as the tolerance', () => ({ exp: seconds - 30 })],
    ['ID-13 iat an hour ahead', () => ({ iat: seconds + 3600, exp: seconds + 7200 })],
    ['ID-13 iat beyond the tolerance', () => ({ iat: seconds + 31 })],
    ['nbf ahead', () => ({ nbf: seconds + 31 })],
  ])('%s is refused', async (_name, claims) => {
    await expectRefused(await client.fake.idToken(claims()))
  })

  it.each([
    ['ID-04 aud as a text', () => ({ aud: 'client-1' })],
    ['ID-04 aud as a list of one', () => ({ aud: ['client-1'] })],
    ['ID-04 aud of one, without azp', () => ({ aud: ['client-1'], azp: undefined })],
    ['ID-12 exp three seconds ago', () => ({ exp: seconds - 3 })],
    ['ID-12 iat five seconds ahead', () => ({ iat: seconds + 5 })],
    ['ID-12 iat ahead by all of the tolerance', () => ({ iat: seconds + 30 })],
    ['ID-11 exp 1e300, since the session has its own limits', () => ({ exp: 1e300 })],
    ['ID-14 iat a week ago', () => ({ iat: seconds - 7 * 86_400 })],
    ['ID-31 a claim named constructor', () => ({ constructor: { prototype: { sub: 'x' } } })],
  ])('%s is accepted', async (_name, claims) => {
    expect(await verify(await client.fake.idToken(claims()))).toMatchObject({ sub: 'kp_1' })
  })

  it('ID-12 the tolerance is an option', async () => {
    const strict = await createSignIn({ clockTolerance: 0 })
    await expectRefused(await strict.fake.idToken({ exp: seconds - 3 }), {}, strict)
    await expectRefused(await strict.fake.idToken({ iat: seconds + 5 }), {}, strict)
  })

  it('ID-31 __proto__ in the payload is data and pollutes nothing', async () => {
    const claims = JSON.stringify(readClaims(await client.fake.idToken()))
    const payload = `{"__proto__":{"polluted":true,"sub":"x"},${claims.slice(1)}`
    const { kid, privateKey } = client.fake.key
    const verified = await verify(await forgeSigned({ alg: 'RS256', kid }, payload, privateKey))
    expect(verified.sub).toBe('kp_1')
    expect(verified['polluted']).toBeUndefined()
    expect(Object.getPrototypeOf({})).not.toHaveProperty('polluted')
  })

  describe('of Kinde', () => {
    const issuer = 'https://tenant.kinde.test'

    it.each([
      ['the issuer', [issuer], 'client-1'],
      ['the issuer as a text', issuer, 'client-1'],
      ['both', [issuer, 'client-1'], 'client-1'],
      ['the client', ['client-1'], undefined],
    ])('may name in aud %s', async (_name, aud, azp) => {
      expect(await verify(await client.fake.idToken({ aud, azp }))).toMatchObject({ sub: 'kp_1' })
    })

    it('ID-03 counts for nobody when aud is the issuer and azp is missing', async () => {
      await expectRefused(await client.fake.idToken({ aud: [issuer], azp: undefined }))
    })
  })

  describe('of another provider', () => {
    it.each([
      ['the issuer and azp', { aud: ['https://tenant.kinde.test'] }],
      ['two, without azp', { aud: ['client-1', 'client-2'], azp: undefined }],
    ])('ID-03 may not name in aud %s', async (_name, claims) => {
      const other = await oidc()
      await expectRefused(await other.fake.idToken(claims), {}, other)
    })

    it('ID-06 may name two in aud when azp is the client', async () => {
      const other = await oidc()
      const token = await other.fake.idToken({ aud: ['client-2', 'client-1'] })
      expect(await verify(token, {}, other)).toMatchObject({ sub: 'kp_1' })
    })
  })

  it.each(['at+jwt', 'application/at+jwt', 'logout+jwt', 'secevent+jwt', 'dpop+jwt', ''])(
    'ID-28 of typ %j is refused',
    async (typ) => expectRefused(await client.fake.idToken({}, { typ })),
  )

  it('ID-28 an access token in its place is refused', async () => {
    await expectRefused(await client.fake.accessToken())
    await expectRefused(await client.fake.accessToken({ aud: ['client-1'] }))
  })

  it.each([
    ['RS256', 'sha256'],
    ['ES384', 'sha384'],
    ['PS512', 'sha512'],
    ['Ed25519', 'sha512'],
    ['EdDSA', 'sha512'],
  ])('ID-27 at_hash is checked by the hash of %s', async (alg, hash) => {
    const other = await createSignIn({ preset: 'oidc', algorithms: [alg] })
    const key = await createSigningKey('key-a', alg)
    other.fake.keys.push(await toPublicJwk(key, alg))
    const digest = createHash(hash).update(accessToken).digest()
    const [at_hash, whole] = [digest.subarray(0, digest.length / 2), digest].map((bytes) =>
      bytes.toString('base64url'),
    )
    const claims = { ...readClaims(await other.fake.idToken()), nonce }
    const right = await other.fake.sign({ ...claims, at_hash }, { alg }, key)
    expect(await verify(right, {}, other)).toMatchObject({ at_hash })
    await expectRefused(right, { accessToken: 'access-2' }, other)
    const wrong = await other.fake.sign({ ...claims, at_hash: whole }, { alg }, key)
    await expectRefused(wrong, {}, other)
  })

  describe('after a sign-in with max_age', () => {
    it.each([
      ['within it', () => ({ auth_time: seconds - 300 })],
      ['within the tolerance', () => ({ auth_time: seconds - 330 })],
    ])('ID-16 is accepted when auth_time is %s', async (_name, claims) => {
      const token = await client.fake.idToken(claims())
      expect(await verify(token, { maxAge: 300 })).toMatchObject(claims())
    })

    it.each([
      ['older', () => ({ auth_time: seconds - 331 })],
      ['missing', () => ({ auth_time: undefined })],
      ['a text', () => ({ auth_time: String(seconds) })],
      ['null', () => ({ auth_time: null })],
    ])('ID-16 is refused when auth_time is %s', async (_name, claims) => {
      await expectRefused(await client.fake.idToken(claims()), { maxAge: 300 })
    })

    it('ID-16 is refused when auth_time has no end', async () => {
      const { auth_time: _, ...claims } = readClaims(await client.fake.idToken())
      const payload = `{"auth_time":1e999,${JSON.stringify(claims).slice(1)}`
      const { kid, privateKey } = client.fake.key
      const token = await forgeSigned({ alg: 'RS256', kid }, payload, privateKey)
      await expectRefused(token, { maxAge: 300 })
      await expectRefused(token)
    })

    it('ID-16 max_age 0 wants a proof of this moment', async () => {
      const token = await client.fake.idToken({ auth_time: seconds - 31 })
      await expectRefused(token, { maxAge: 0 })
      expect(await verify(await client.fake.idToken(), { maxAge: 0 })).toMatchObject({})
    })
  })

  describe('after a sign-in with acr_values', () => {
    it.each(['mfa', 'hardware'])('ID-17 is accepted with acr %s of them', async (acr) => {
      const token = await client.fake.idToken({ acr })
      expect(await verify(token, { acrValues: 'hardware mfa' })).toMatchObject({ acr })
    })

    it.each(['password', 'mf', 'hardware mfa', '', undefined, ['mfa'], null])(
      'ID-17 with acr %j the application is told that it is not enough',
      async (acr) => {
        const token = await client.fake.idToken({ acr })
        const error = await failureOf(verify(token, { acrValues: 'hardware mfa' }))
        expect(error).toBeInstanceOf(ProviderError)
        expect(error).toMatchObject({
          code: 'authorization_failed',
          error: 'unmet_authentication_requirements',
          message: expect.stringContaining('not of the kind'),
          cause: { name: 'InvalidJwtError' },
        })
      },
    )
  })

  describe('of a refresh', () => {
    const refresh = { subject: 'kp_1' }

    it('may lack the nonce', async () => {
      expect(await verify(await client.fake.idToken({ nonce: undefined }), refresh)).toBeTruthy()
    })

    it.each([
      ['ID-08 RF-11 another nonce', { nonce: 'nonce-2' }],
      ['ID-08 RF-11 a nonce that is null', { nonce: null }],
      ['RF-11 another sub', { sub: 'kp_2' }],
      ['RF-11 another iss', { iss: 'https://other.kinde.test' }],
      ['RF-11 another aud', { aud: ['client-2'], azp: 'client-2' }],
      ['RF-11 an exp in the past', { exp: 1 }],
      ['RF-11 an nbf that is no time, which is no matter of clocks', { nbf: 'soon' }],
    ])('%s is refused', async (_name, claims) => {
      await expectRefused(await client.fake.idToken(claims), refresh)
    })

    it('RF-11 another auth_time is refused, earlier or later, and none is accepted', async () => {
      const expected = { ...refresh, authTime: seconds - 60 }
      for (const auth_time of [seconds, seconds - 61]) {
        await expectRefused(await client.fake.idToken({ auth_time }), expected)
      }
      for (const auth_time of [seconds - 60, undefined]) {
        expect(await verify(await client.fake.idToken({ auth_time }), expected)).toBeTruthy()
      }
    })
  })

  it('MD-15 of another issuer says in the log which one was expected', async () => {
    const token = await client.fake.idToken({ iss: 'https://auth.example' })
    const error = await failureOf(verify(token))
    expect(error.cause).toMatchObject({
      message: expect.stringContaining('configured issuer https://tenant.kinde.test'),
    })
  })

  it.each([
    ['an exp in the past', 'exp', { exp: 1 }],
    ['an nbf ahead', 'nbf', { nbf: 4_000_000_000 }],
    ['another iss', 'iss', { iss: 'https://other.kinde.test' }],
  ])('with %s says in the log which check it failed', async (_name, claim, claims) => {
    const { cause } = await failureOf(verify(await client.fake.idToken(claims)))
    expect(cause).toMatchObject({ cause: { message: expect.stringContaining(`"${claim}"`) } })
    expect(String(cause).includes('configured issuer')).toBe(claim === 'iss')
  })

  it('keeps nothing of a refused token in the error', async () => {
    const token = await client.fake.idToken({ nonce: undefined, email: 'private@example.com' })
    const refusals = [token, await client.fake.idToken({ exp: 1, email: 'private@example.com' })]
    for (const refused of refusals) {
      expectNothingOf(await failureOf(verify(refused)), ['private@', 'eyJ'])
    }
  })

  it.each([503, 404, 200])(
    'that cannot be verified because the key set answers %i is no bad token',
    async (status) => {
      client.fake.on(paths.jwks, () => new Response('<html>', { status }))
      const error = await failureOf(verify(await client.fake.idToken()))
      expect([error.code, error.status]).toEqual(['provider_unavailable', 503])
    },
  )
})
