import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  createFakeProvider,
  createSigningKey,
  type FakeProvider,
  json,
  paths,
} from '../test/fake-provider.ts'
import { forgeSigned } from '../test/forge.ts'
import { createReader, readProviderConfig } from './config.ts'
import { verifyLogoutToken } from './logout-token.ts'
import { createProvider, type Provider } from './provider.ts'

const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }

describe('a logout token', () => {
  let fake: FakeProvider
  let provider: Provider
  beforeEach(async () => {
    fake = await createFakeProvider()
    const options = { issuer: fake.issuer, fetch: fake.fetch, env: {} }
    provider = createProvider(readProviderConfig(options, createReader({})))
  })

  const claims = (changes: Record<string, unknown> = {}): Record<string, unknown> => {
    const now = Math.floor(Date.now() / 1000)
    const { issuer: iss, clientId: aud } = fake
    const usual = { iss, aud, iat: now, exp: now + 120, jti: 'j', sub: 'kp_1', sid: 's-1', events }
    return JSON.parse(JSON.stringify({ ...usual, ...changes }))
  }
  const verify = async (
    changes: Record<string, unknown> = {},
    header: Record<string, unknown> = { typ: 'logout+jwt' },
  ): Promise<unknown> =>
    verifyLogoutToken(await fake.sign(claims(changes), header), fake.clientId, provider)

  it.each([
    [{}, { subject: 'kp_1', sessionId: 's-1' }],
    [{ sid: undefined }, { subject: 'kp_1' }],
    [{ sub: undefined }, { sessionId: 's-1' }],
  ])('LO-10 tells whom it signs out: %j', async (changes, target) => {
    expect(await verify(changes)).toStrictEqual(target)
  })

  it.each([
    ['LO-11 wrong aud', { aud: 'other' }],
    ['LO-11 wrong iss', { iss: 'https://other.test' }],
    ['LO-13 a nonce', { nonce: 'n' }],
    ['LO-13 no events, as an ID token', { events: undefined }],
    ['another event', { events: { 'https://other.test/event': {} } }],
    ['an event that is no object', { events: { [Object.keys(events)[0] ?? '']: true } }],
    ['LO-14 no jti', { jti: undefined }],
    ['neither sub nor sid', { sub: undefined, sid: undefined }],
    ['no exp', { exp: undefined }],
    ['a past exp', { exp: 1 }],
  ])('%s is refused', async (_name, changes) => {
    await expect(verify(changes)).rejects.toMatchObject({ code: 'request_invalid', status: 400 })
  })

  it.each(['logout+jwt', 'application/logout+jwt', 'JWT', undefined])(
    'LO-10 may have typ %j',
    async (typ) => {
      const { kid, privateKey } = fake.key
      const header = { alg: 'RS256', kid, ...(typ !== undefined && { typ }) }
      const token = await forgeSigned(header, claims(), privateKey)
      expect(await verifyLogoutToken(token, fake.clientId, provider)).toMatchObject({
        subject: 'kp_1',
      })
    },
  )

  it('LO-11 says what it is, and in the log what is wrong with it', async () => {
    await expect(verify({ aud: 'other' })).rejects.toMatchObject({
      message: 'The logout token is not valid.',
      cause: { name: 'InvalidJwtError', message: 'aud does not name this client' },
    })
  })

  it('KS-06 is not called bad while the key set cannot be had', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    fake.on(paths.jwks, () => json({}, 503))
    await expect(verify()).rejects.toMatchObject({ code: 'provider_unavailable' })
    vi.restoreAllMocks()
  })

  it.each(['at+jwt', 'id+jwt', 'secevent+jwt'])('LO-13 typ %s is refused', async (typ) => {
    await expect(verify({}, { typ })).rejects.toMatchObject({ code: 'request_invalid' })
  })

  it('LO-11 a signature by a foreign key, and none, are refused', async () => {
    const foreign = await createSigningKey('key-1')
    const forged = await fake.sign(claims(), { typ: 'logout+jwt' }, foreign)
    const none = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(claims()))}.`
    for (const token of [forged, none.replaceAll('=', ''), 'x', '']) {
      await expect(verifyLogoutToken(token, fake.clientId, provider)).rejects.toMatchObject({
        code: 'request_invalid',
      })
    }
  })
})
