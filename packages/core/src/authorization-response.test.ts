import { beforeEach, describe, expect, it } from 'vitest'
import { type Client, createClient, failureOf } from '../test/client.ts'
import { assertSingle, redeemCode } from './authorization-code.ts'
import { startTransaction } from './authorization-request.ts'
import type { SessionRecord } from './session.ts'

describe('an authorization response', () => {
  const names = ['state', 'code', 'error', 'iss', 'session_state', 'response']
  const invalid = expect.objectContaining({ code: 'callback_invalid' })

  it.each(names)('CB-02 may name %s once', (name) => {
    expect(() => assertSingle(new URLSearchParams({ [name]: 'a', other: 'b' }))).not.toThrow()
    const twice = new URLSearchParams(`${name}=a&other=b&${name}=a`)
    expect(() => assertSingle(twice)).toThrow(invalid)
    expect(() => assertSingle(new URLSearchParams(`${name}=&${name}=`))).toThrow(invalid)
  })

  it('CB-08 names no empty issuer', () => {
    expect(() => assertSingle(new URLSearchParams('iss='))).toThrow(invalid)
  })

  it('CB-27 may repeat what nobody reads', () => {
    expect(() => assertSingle(new URLSearchParams('a=1&a=2'))).not.toThrow()
  })
})

describe('the session of an authorization code', () => {
  let client: Client
  beforeEach(async () => {
    client = await createClient()
  })

  const redeem = async (changes: Record<string, unknown>): Promise<SessionRecord> => {
    const { config, provider, fake } = client
    const origin = 'https://app.example'
    const request = { intent: 'login', origin, returnTo: '/', parameters: {} } as const
    const transaction = startTransaction(request, config)
    fake.nonce = transaction.nonce
    const usual = fake.tokenAnswer
    fake.tokenAnswer = async (form) => ({ ...(await usual(form)), ...changes })
    const query = new URLSearchParams({ code: 'code-7', state: transaction.state })
    return redeemCode(query, transaction, config, provider).finally(() => {
      fake.tokenAnswer = usual
    })
  }
  const withClaims = async (claims: Record<string, unknown>): Promise<SessionRecord> => {
    const usual = client.fake.idToken
    client.fake.idToken = async (more) => usual({ ...more, ...claims })
    return redeem({}).finally(() => {
      client.fake.idToken = usual
    })
  }

  it('LO-10 has the session at the provider, where the ID token tells it', async () => {
    expect((await withClaims({ sid: 's-1' })).providerSessionId).toBe('s-1')
    for (const sid of [undefined, '', 7]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
      expect(await withClaims({ sid })).not.toHaveProperty('providerSessionId')
    }
  })

  it('has the time of the proof, where the ID token tells it, else that of the sign-in', async () => {
    const now = client.time.now / 1000
    expect(await withClaims({ auth_time: now - 600 })).toMatchObject({
      authenticatedAt: now - 600,
      authTime: now - 600,
      createdAt: now,
    })
    const record = await withClaims({ auth_time: undefined })
    expect(record).not.toHaveProperty('authTime')
    expect(record.authenticatedAt).toBe(now)
  })

  it('is none without an ID token, and the log says so', async () => {
    const error = await failureOf(redeem({ id_token: undefined }))
    expect(error).toMatchObject({
      code: 'id_token_invalid',
      cause: { message: 'the answer has no ID token' },
    })
  })

  it('is none without a code, and the log says so', async () => {
    const { config, provider } = client
    const origin = 'https://app.example'
    const request = { intent: 'login', origin, returnTo: '/', parameters: {} } as const
    const transaction = startTransaction(request, config)
    const query = new URLSearchParams({ state: transaction.state })
    expect(await failureOf(redeemCode(query, transaction, config, provider))).toMatchObject({
      code: 'callback_invalid',
      cause: { message: 'code must be there once' },
    })
  })
})
