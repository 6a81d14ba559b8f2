import { beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../test/client.ts'
import { createFakeProvider, type FakeProvider, json, paths } from '../test/fake-provider.ts'
import { createView } from '../test/view.ts'
import { type BearerVerifier, createBearerVerifier } from './bearer.ts'
import { InvalidJwtError } from './jwt.ts'

const audience = 'https://api.example'

describe('a bearer token', () => {
  let now: number
  let provider: FakeProvider
  let verifier: BearerVerifier
  beforeEach(async () => {
    now = Date.UTC(2026, 10, 25)
    provider = await createFakeProvider({ clock: () => now })
    const { issuer, fetch } = provider
    verifier = createBearerVerifier({ issuer, audience, fetch, clock: () => now, env: {} })
  })

  const reasonOf = async (token: string): Promise<string> => {
    const { cause } = await failureOf(verifier.verifyToken(token))
    expect(cause).toBeInstanceOf(InvalidJwtError)
    return String(cause)
  }

  it.each(['', 'a b', 'a,b', 'é', '=a', 'a=b', 'a"b', 'a\\b', 'a\n', '"a"'])(
    'AP-15 is malformed as %j',
    async (token) => {
      expect(await reasonOf(token)).toContain('malformed')
    },
  )

  it.each(['a', 'A.z_0-9~+/', 'a=', 'a.b=='])(
    'AP-15 is well formed as %j, though no JWT',
    async (token) => {
      expect(await reasonOf(token)).toContain('not a signed JWT')
    },
  )

  it('AP-15 may have 16,384 characters, and not one more', async () => {
    expect(await reasonOf('a'.repeat(16_384))).toContain('not a signed JWT')
    expect(await reasonOf('a'.repeat(16_385))).toContain('too long')
  })

  it('AP-17 is remembered until it expires, and within the tolerance looked at again', async () => {
    const token = await provider.accessToken({ exp: now / 1000 + 60 })
    await verifier.verifyToken(token)
    const first = await verifier.verifyToken(token)
    now += 59_000
    expect(await verifier.verifyToken(token)).toBe(first)
    now += 1000
    const again = await verifier.verifyToken(token)
    expect(again).toEqual(first)
    expect(again).not.toBe(first)
  })

  it('AP-12 lets no scope out of the quotes of the challenge', async () => {
    const token = await provider.accessToken()
    const challengeFor = async (...scopes: string[]): Promise<string | undefined> =>
      (await failureOf(verifier.verifyToken(token, { scopes }))).headers['www-authenticate']
    const challenge = 'Bearer error="insufficient_scope"'
    expect(await challengeFor('a"b', 'a\\b', 'a b', 'a\nb', 'é')).toBe(challenge)
    expect(await challengeFor('a"b', '!#[]~', 'c')).toBe(`${challenge}, scope="!#[]~ c"`)
  })

  it('AP-12 names no scope when scopes are not what is missing', async () => {
    const token = await provider.accessToken()
    const error = await failureOf(verifier.verifyToken(token, { permissions: ['none:such'] }))
    expect(error.headers).toEqual({ 'www-authenticate': 'Bearer error="insufficient_scope"' })
  })

  it('KS-06 passes on how long the provider asks to wait', async () => {
    provider.on(paths.jwks, () => json({}, 503, { 'retry-after': '60' }))
    const error = await failureOf(verifier.verifyToken(await provider.accessToken()))
    expect([error.code, error.headers]).toEqual(['provider_unavailable', { 'retry-after': '60' }])
    expect(error.cause).toMatchObject({ code: 'provider_unavailable' })
  })

  it.each(['Basic bearer abc', 'xbearer abc', 'bearer', 'bearer:abc'])(
    'AP-01 is not in the header %j',
    async (authorization) => {
      const error = await failureOf(verifier.verify(createView({ authorization })))
      expect(error.code).toBe('token_missing')
    },
  )

  it('MD-03 is not blamed, nor the provider, for what fails in the application', async () => {
    const token = await provider.accessToken()
    const clock = (): number => {
      throw new RangeError('no time')
    }
    const { issuer, fetch } = provider
    const own = createBearerVerifier({ issuer, audience, fetch, clock, env: {} })
    await expect(own.verifyToken(token)).rejects.toThrow(RangeError)
  })

  it('CF-01 is refused before it is looked at when the requirement is a mistake', async () => {
    const requirement: object = { permission: ['a'] }
    expect(await failureOf(verifier.verifyToken('x', requirement))).toMatchObject({
      code: 'configuration_invalid',
    })
  })

  it('CF-01 has a verifier that refuses options it does not know at once', () => {
    const options: object = { audiences: audience }
    expect(() => createBearerVerifier(options)).toThrow(/"audiences" is not known/)
  })

  it('has a verifier that tells its configuration', () => {
    expect(verifier.configure()).toMatchObject({ audience: [audience], issuer: provider.issuer })
    expect(verifier.configure()).toBe(verifier.configure())
  })
})
