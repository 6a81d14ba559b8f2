import { beforeEach, describe, expect, it } from 'vitest'
import {
  createFakeProvider,
  createSigningKey,
  type FakeProvider,
  json,
  paths,
  toPublicJwk,
} from '../test/fake-provider.ts'
import { type BearerVerifier, createBearerVerifier, refuseBearer } from './bearer.ts'
import { TrefoilError } from './errors.ts'
import type { RequestView } from './outcome.ts'

const audience = 'https://api.example'

describe('a bearer verifier', () => {
  let now: number
  let provider: FakeProvider
  let verifier: BearerVerifier
  beforeEach(async () => {
    now = Date.UTC(2026, 10, 25)
    provider = await createFakeProvider({ clock: () => now })
    verifier = createBearerVerifier({
      issuer: provider.issuer,
      audience,
      fetch: provider.fetch,
      clock: () => now,
      env: {},
    })
  })

  it('gives the identity of a user', async () => {
    const token = await provider.accessToken({ roles: [{ id: 'r', key: 'owner', name: 'Owner' }] })
    expect(await verifier.verify(view(`Bearer ${token}`))).toMatchObject({
      kind: 'user',
      issuer: provider.issuer,
      subject: 'kp_1',
      clientId: 'client-1',
      organization: { code: 'org_acme', name: null },
      permissions: ['read:reports'],
      roles: ['owner'],
      flags: { beta_dashboard: true },
      expiresAt: now / 1000 + 3600,
    })
  })

  it('lets an error of the application itself through as it is', async () => {
    let hasTime = true
    const clock = (): number => {
      if (hasTime) return now
      throw new RangeError('no time')
    }
    const { issuer, fetch } = provider
    const broken = createBearerVerifier({ issuer, audience, fetch, clock, env: {} })
    await broken.verifyToken(await provider.accessToken({ jti: '1' }))
    hasTime = false
    const next = broken.verifyToken(await provider.accessToken({ jti: '2' }))
    await expect(next).rejects.toThrow(new RangeError('no time'))
  })

  it('tells a machine by gty, and reads scope where there is no scp', async () => {
    const claims = {
      sub: undefined,
      gty: ['client_credentials'],
      scp: undefined,
      scope: 'read:a b',
    }
    const identity = await verifier.verifyToken(await provider.accessToken(claims))
    expect(identity).toMatchObject({ kind: 'machine', subject: null, scopes: ['read:a', 'b'] })
  })

  it('takes a missing sub without gty for a broken token, not for a machine', async () => {
    await expectCode(
      verifier.verifyToken(await provider.accessToken({ sub: undefined })),
      'token_invalid',
    )
  })

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic YTpi', 'Token abc'])(
    'AP-01 asks for a token without an error code for the header %j',
    async (header) => {
      const error = await expectCode(verifier.verify(view(header)), 'token_missing')
      expect([error.status, error.headers]).toEqual([401, { 'www-authenticate': 'Bearer' }])
    },
  )

  it.each(['bearer %', 'BEARER %', 'Bearer  %', 'Bearer\t%', ' Bearer % '])(
    'AP-01 reads the token of %j',
    async (header) => {
      const token = await provider.accessToken()
      expect((await verifier.verify(view(header.replace('%', token)))).subject).toBe('kp_1')
    },
  )

  it.each([
    'Bearer a b',
    'Bearer a, Bearer b',
    'Bearer é',
    'Bearer not.a.token',
    'Bearer opaque',
    `Bearer ${'a'.repeat(40_000)}`,
  ])('AP-01 AP-15 refuses %.30j without asking anybody', async (header) => {
    const error = await expectCode(verifier.verify(view(header)), 'token_invalid')
    expect(error.status).toBe(401)
    expect(
      provider.requests.filter(
        ({ url }) => url.pathname !== paths.jwks && url.pathname !== paths.discovery,
      ),
    ).toEqual([])
  })

  it('AP-20 says no more than the RFC code, and keeps the reason as the cause', async () => {
    const error = await expectCode(verifier.verifyToken('opaque'), 'token_invalid')
    expect(error.headers).toEqual({ 'www-authenticate': 'Bearer error="invalid_token"' })
    expect(error.cause).toMatchObject({ message: 'the token is not a signed JWT' })
  })

  const past = (): number => now / 1000 - 31
  const ahead = (): number => now / 1000 + 31
  it.each([
    ['AP-04 exp in the past', () => ({ exp: past() })],
    ['AP-04 exp missing', () => ({ exp: undefined })],
    ['AP-04 nbf ahead', () => ({ nbf: ahead() })],
    ['AP-04 iat ahead', () => ({ iat: ahead() })],
    ['iss of another', () => ({ iss: 'https://other.kinde.test' })],
    ['aud of another API', () => ({ aud: ['https://other.example'] })],
    ['aud empty', () => ({ aud: [] })],
    ['aud missing', () => ({ aud: undefined })],
    ['aud with more behind it', () => ({ aud: [`${audience}.evil`] })],
    ['AP-07 nonce of an ID token', () => ({ nonce: 'n' })],
    ['AP-07 at_hash of an ID token', () => ({ at_hash: 'h' })],
    ['AP-07 no mark of an access token', () => ({ scp: undefined })],
    ['a webhook', () => ({ type: 'user.created', event_id: 'event_1' })],
    ['a logout token', () => ({ events: {} })],
    ['AP-10 a token bound to a key', () => ({ cnf: { jkt: 'k' } })],
    ['sub missing', () => ({ sub: undefined })],
  ])('refuses %s', async (_name, claims) => {
    await expectCode(verifier.verifyToken(await provider.accessToken(claims())), 'token_invalid')
  })

  it('AP-04 forgives thirty seconds of clock difference', async () => {
    const token = await provider.accessToken({ exp: now / 1000 - 29, nbf: now / 1000 + 29 })
    expect((await verifier.verifyToken(token)).subject).toBe('kp_1')
  })

  it.each(['at+jwt', 'application/at+jwt', 'JWT', undefined])('AP-09 takes typ %j', async (typ) => {
    const token = await provider.accessToken({}, typ === undefined ? {} : { typ })
    expect((await verifier.verifyToken(token)).kind).toBe('user')
  })

  it.each(['logout+jwt', 'dpop+jwt', 'secevent+jwt', 'id+jwt'])(
    'AP-09 refuses typ %j',
    async (typ) => {
      await expectCode(
        verifier.verifyToken(await provider.accessToken({}, { typ })),
        'token_invalid',
      )
    },
  )

  it('AP-09 wants at+jwt where the preset is oidc, unless told otherwise', async () => {
    const options = {
      issuer: provider.issuer,
      audience,
      fetch: provider.fetch,
      clock: () => now,
      env: {},
      preset: 'oidc',
    } as const
    const strict = createBearerVerifier(options)
    const token = await provider.accessToken()
    const error = await expectCode(strict.verifyToken(token), 'token_invalid')
    expect(error.cause).toMatchObject({ message: expect.stringContaining('profile') })
    expect((await strict.verifyToken(await provider.accessToken({}, { typ: 'at+jwt' }))).kind).toBe(
      'user',
    )
    expect(
      (await createBearerVerifier({ ...options, profile: 'jwt' }).verifyToken(token)).kind,
    ).toBe('user')
  })

  it('AP-05 refuses a signature by a foreign key under the right key id, and a changed payload', async () => {
    const foreign = await createSigningKey('key-1')
    const claims = {
      iss: provider.issuer,
      aud: audience,
      sub: 'x',
      iat: now / 1000,
      exp: now / 1000 + 60,
      scp: [],
    }
    await expectCode(
      verifier.verifyToken(await provider.sign(claims, {}, foreign)),
      'token_invalid',
    )
    const [header, , signature] = (await provider.accessToken()).split('.')
    const forged = `${header}.${btoa(JSON.stringify(claims)).replaceAll('=', '')}.${signature}`
    await expectCode(verifier.verifyToken(forged), 'token_invalid')
  })

  it('AP-05 asks for the keys again for an unknown key id, at most twice in a burst', async () => {
    const unknown = await createSigningKey('key-unknown')
    const claims = {
      iss: provider.issuer,
      aud: audience,
      sub: 'x',
      iat: now / 1000,
      exp: now / 1000 + 60,
      scp: [],
    }
    for (let round = 0; round < 20; round++) {
      const token = await provider.sign({ ...claims, jti: String(round) }, {}, unknown)
      await expectCode(verifier.verifyToken(token), 'token_invalid')
    }
    expect(provider.to(paths.jwks).length).toBe(3)
  })

  it('KS-01 takes a token by a key that was added a moment ago', async () => {
    await verifier.verifyToken(await provider.accessToken())
    const next = await createSigningKey('key-2')
    provider.keys.push(await toPublicJwk(next))
    const claims = {
      iss: provider.issuer,
      aud: audience,
      sub: 'kp_2',
      iat: now / 1000,
      exp: now / 1000 + 60,
      scp: [],
    }
    expect((await verifier.verifyToken(await provider.sign(claims, {}, next))).subject).toBe('kp_2')
  })

  it.each([
    ['a failure', () => json({}, 500)],
    ['HTML', () => new Response('<p>', { headers: { 'content-type': 'text/html' } })],
    [
      'a redirect',
      () => new Response(null, { status: 302, headers: { location: 'https://x.test' } }),
    ],
  ])('KS-06 KS-07 answers 503 with Retry-After when the key set is %s', async (_name, answer) => {
    provider.on(paths.jwks, answer)
    const error = await expectCode(
      verifier.verifyToken(await provider.accessToken()),
      'provider_unavailable',
    )
    expect([error.status, error.headers['retry-after']]).toEqual([503, '5'])
  })

  it('AP-12 names the scopes that are missing in the challenge', async () => {
    const token = await provider.accessToken({ scp: ['read:reports:all'] })
    const error = await expectCode(
      verifier.verifyToken(token, { scopes: ['read:reports'] }),
      'insufficient_scope',
    )
    expect([error.status, error.headers]).toEqual([
      403,
      { 'www-authenticate': 'Bearer error="insufficient_scope", scope="read:reports"' },
    ])
  })

  it('AP-12 takes rights of an unexpected shape for none', async () => {
    const token = await provider.accessToken({ permissions: 'read:reports', scp: { read: true } })
    await expectCode(
      verifier.verifyToken(token, { permissions: ['read:reports'] }),
      'insufficient_scope',
    )
  })

  it('AP-14 refuses another organization', async () => {
    const token = await provider.accessToken()
    await expectCode(
      verifier.verifyToken(token, { organization: 'org_other' }),
      'insufficient_scope',
    )
  })

  it('makes the same errors where an API decides by itself', () => {
    expect(refuseBearer({ allowed: false, reason: 'not_authenticated' })).toMatchObject({
      code: 'token_missing',
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
    })
    const missing = { scopes: ['read:reports'] }
    expect(refuseBearer({ allowed: false, reason: 'access_denied', missing })).toMatchObject({
      code: 'insufficient_scope',
      status: 403,
      missing,
      headers: { 'www-authenticate': 'Bearer error="insufficient_scope", scope="read:reports"' },
    })
  })

  describe('remembers what it verified', () => {
    it('AP-17 checks a token twice, and again when the keys are ten minutes old', async () => {
      const token = await provider.accessToken()
      await verifier.verifyToken(token)
      const first = await verifier.verifyToken(token)
      expect(await verifier.verifyToken(token)).toBe(first)
      now += 10 * 60_000
      const again = await verifier.verifyToken(token)
      expect(again).not.toBe(first)
      expect(provider.to(paths.jwks).length).toBe(2)
    })

    it('AP-17 ends with exp', async () => {
      const token = await provider.accessToken({ exp: now / 1000 + 60 })
      await verifier.verifyToken(token)
      await verifier.verifyToken(token)
      now += 91_000
      await expectCode(verifier.verifyToken(token), 'token_invalid')
    })

    it('KS-16 refuses within ten minutes what a withdrawn key signed', async () => {
      const token = await provider.accessToken()
      await verifier.verifyToken(token)
      await verifier.verifyToken(token)
      provider.keys.splice(0, 1, await toPublicJwk(await createSigningKey('key-2')))
      now += 10 * 60_000
      await expectCode(verifier.verifyToken(token), 'token_invalid')
    })

    it('AP-17 never takes a token for one that begins alike', async () => {
      const token = await provider.accessToken()
      await verifier.verifyToken(token)
      await verifier.verifyToken(token)
      const last = token.endsWith('A') ? 'Q' : 'A'
      await expectCode(verifier.verifyToken(`${token.slice(0, -1)}${last}`), 'token_invalid')
    })

    it('LD-01 hands out what no request can change for another', async () => {
      const identity = await verifier.verifyToken(await provider.accessToken())
      expect(() => Object.assign(identity, { subject: 'evil' })).toThrow(TypeError)
      expect(() => Object.assign(identity.claims, { sub: 'evil' })).toThrow(TypeError)
      expect(Object.isFrozen(identity.permissions)).toBe(true)
    })

    it('AP-16 reads __proto__ as data', async () => {
      const token = await provider.sign(
        JSON.parse(
          `{"iss":"${provider.issuer}","aud":"${audience}","sub":"x","iat":${now / 1000},"exp":${now / 1000 + 60},"scp":[],"__proto__":{"permissions":["admin"]}}`,
        ),
      )
      expect((await verifier.verifyToken(token)).permissions).toEqual([])
    })
  })

  it('names every problem of its configuration at once', () => {
    expect(() => createBearerVerifier({ env: {} }).configure()).toThrow(
      /KINDE_ISSUER_URL[\s\S]*KINDE_AUDIENCE/,
    )
  })
})

function view(authorization: string | undefined): RequestView {
  return {
    method: 'GET',
    url: 'https://api.example/reports',
    header: (name) => (name === 'authorization' ? authorization : undefined),
  }
}

async function expectCode(task: Promise<unknown>, code: string): Promise<TrefoilError> {
  const error = await task.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof TrefoilError)) throw new Error(`no TrefoilError but ${String(error)}`)
  expect(error.code).toBe(code)
  return error
}
