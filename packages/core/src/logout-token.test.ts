import { beforeEach, describe, expect, it } from 'vitest'
import { createFakeProvider, createSigningKey, type FakeProvider } from '../test/fake-provider.ts'
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
    expect(await verify(changes)).toEqual(target)
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
