import { beforeEach, describe, expect, it } from 'vitest'
import { type Client, createClient, expectNothingOf, failureOf } from '../test/client.ts'
import { json } from '../test/fake-provider.ts'
import { ProviderError } from './provider-error.ts'
import { readTokenResponse, type TokenResponse } from './token-request.ts'

const good = { access_token: 'access-1', token_type: 'Bearer', expires_in: 3600 }

describe('a token answer', () => {
  let client: Client
  beforeEach(async () => {
    client = await createClient()
  })

  const read = async (response: Response): Promise<TokenResponse> =>
    readTokenResponse(
      await client.provider.metadata(),
      client.config,
      response,
      'code_exchange_failed',
    )
  const readBody = async (changes: Record<string, unknown>): Promise<TokenResponse> =>
    read(json({ ...good, ...changes }))

  it('gives the tokens and nothing else', async () => {
    const answer = { ...good, id_token: 'i', refresh_token: 'r', scope: 'openid email' }
    expect(await readBody(answer)).toEqual({
      accessToken: 'access-1',
      idToken: 'i',
      refreshToken: 'r',
      expiresIn: 3600,
      scope: 'openid email',
    })
  })

  it.each([undefined, '', 1, null, {}, 'a\r\nset-cookie: b', 'a b', ' a', 'a ', 'a\0', 'ä'])(
    'TC-01 with the access token %j is refused',
    async (value) => {
      expect(await failureOf(readBody({ access_token: value }))).toMatchObject({
        code: 'provider_response_invalid',
        status: 502,
      })
    },
  )

  it.each([undefined, null, '', 'mac', 1, 'DPoP', 'dpop', 'bearer x', ['bearer']])(
    'TC-04 of the type %j is refused',
    async (value) => {
      expect(await failureOf(readBody({ token_type: value }))).toMatchObject({
        code: 'provider_response_invalid',
      })
    },
  )

  it.each(['bearer', 'Bearer', 'BEARER'])('TC-04 may be of the type %s', async (value) => {
    expect(await readBody({ token_type: value })).toMatchObject({ accessToken: 'access-1' })
  })

  it.each([
    ['TC-06', undefined, undefined],
    ['TC-06', null, undefined],
    ['TC-06', '3600', 3600],
    ['TC-06', 59.5, 60],
    ['TC-07 MM-07', 1, 1],
    ['TC-07', 0.2, 1],
    ['TC-07', 0, undefined],
    ['TC-07', -1, undefined],
    ['TC-07', '-1', undefined],
    ['TC-07', '3600abc', undefined],
    ['TC-07', 'soon', undefined],
    ['TC-07', '', undefined],
    ['TC-07', {}, undefined],
    ['TC-07', [3600], undefined],
    ['TC-07', true, undefined],
    ['TC-07 MM-07', 1e18, 31_536_000],
    ['TC-07', '9'.repeat(400), undefined],
  ])('%s with expires_in %j lives %j seconds', async (_id, value, seconds) => {
    expect((await readBody({ expires_in: value })).expiresIn).toBe(seconds)
  })

  it.each(['3600s', 's3600', ' 60', '6e3', '60\n'])(
    'TC-07 takes no lifetime of %j',
    async (value) => {
      expect(await readBody({ expires_in: value })).not.toHaveProperty('expiresIn')
    },
  )

  it('TC-07 reads a lifetime that JSON makes infinite as unsaid', async () => {
    const text = '{"access_token":"a","token_type":"bearer","expires_in":1e999}'
    expect(await read(new Response(text))).toEqual({ accessToken: 'a' })
  })

  it.each([1, ['openid'], {}])('TC-08 with the scope %j is refused', async (scope) => {
    expect(await failureOf(readBody({ scope }))).toMatchObject({
      code: 'provider_response_invalid',
    })
  })

  it('TC-08 tells a scope that is empty from one that is not said', async () => {
    expect(await readBody({ scope: '' })).toHaveProperty('scope', '')
    expect(await readBody({ scope: null })).not.toHaveProperty('scope')
  })

  it.each([1, {}, [], true, ''])('TC-09 with the ID token %j is refused', async (value) => {
    expect(await failureOf(readBody({ id_token: value }))).toMatchObject({
      code: 'provider_response_invalid',
    })
  })

  it.each([1, {}, ''])('with the refresh token %j is refused', async (value) => {
    expect(await failureOf(readBody({ refresh_token: value }))).toMatchObject({
      code: 'provider_response_invalid',
    })
  })

  it.each([
    { error: 'invalid_grant' },
    { error: 'invalid_grant', error_description: '<script>alert(1)</script>' },
    { ...good, error: 'invalid_grant' },
  ])('TC-11 that is %j with status 200 is refused, and nothing of it is shown', async (body) => {
    const error = await failureOf(read(json(body)))
    expect([error.code, error.status]).toEqual(['provider_response_invalid', 502])
    expectNothingOf(error, ['<script>'])
  })

  it.each([
    ['invalid_grant', 400, 'code_exchange_failed', 'invalid_grant'],
    ['invalid_request', 400, 'code_exchange_failed', 'invalid_request'],
    ['invalid_client', 401, 'client_rejected', 'invalid_client'],
    ['unauthorized_client', 400, 'client_rejected', 'unauthorized_client'],
    ['<b>', 400, 'code_exchange_failed', 'unknown_error'],
    ['a\r\nb', 400, 'code_exchange_failed', 'unknown_error'],
    ['x'.repeat(65), 400, 'code_exchange_failed', 'unknown_error'],
    ['use_dpop_nonce', 400, 'code_exchange_failed', 'use_dpop_nonce'],
  ])(
    'TC-12 that is the error %j with status %i is %s, without its description',
    async (name, status, code, shown) => {
      const description = 'code-7 of client-secret <script>'
      const error = await failureOf(
        read(
          json(
            { error: name, error_description: description, error_uri: 'https://evil.test' },
            status,
          ),
        ),
      )
      expect(error).toBeInstanceOf(ProviderError)
      expect(error).toMatchObject({ code, error: shown })
      expectNothingOf(error, ['code-7', 'client-secret', '<script>', 'evil.test'])
    },
  )

  it('TC-12 a refused client is an error of the deployment, so it is loud', async () => {
    const challenge = { 'www-authenticate': 'Basic realm="x", error="code-7"' }
    const error = await failureOf(read(json({}, 401, challenge)))
    expect(error).toMatchObject({ code: 'client_rejected', status: 500, error: 'invalid_client' })
    expectNothingOf(error, ['code-7'])
  })

  it('TC-13 never gives members that it does not know', async () => {
    const hostile = { user: { id: 'x' }, session: {}, roles: ['owner'], isAuthenticated: true }
    expect(Object.keys(await readBody(hostile))).toEqual(['accessToken', 'expiresIn'])
  })

  it('TR-13 reads __proto__ and constructor as data', async () => {
    const text =
      '{"__proto__":{"refresh_token":"evil"},"constructor":{"prototype":{"id_token":"x"}},"access_token":"a","token_type":"bearer"}'
    expect(await read(new Response(text))).toEqual({ accessToken: 'a' })
    expect(Object.getPrototypeOf({})).not.toHaveProperty('refresh_token')
  })

  it.each<[string, () => Response]>([
    ['TR-10 JSON that is none', () => new Response('{', { headers: jsonType })],
    ['TR-10 HTML', () => new Response('<html>')],
    ['TR-10 nothing', () => new Response('')],
    ['TR-10 a list', () => json([good])],
    ['TR-10 null', () => json(null)],
    ['TR-10 a text', () => json('access-1')],
    ['TR-06 an answer that is cut', () => new Response('{"access_token":"access-7","token')],
    ['TR-10 status 201', () => json(good, 201)],
    ['TR-10 status 204', () => new Response(null, { status: 204 })],
    ['TR-10 400 with HTML', () => new Response('<html>', { status: 400 })],
    ['TR-10 400 with an error that is no text', () => json({ error: { a: 1 } }, 400)],
    ['TR-10 404', () => new Response('', { status: 404 })],
  ])('%s is unusable, and nothing of it is kept', async (_name, answer) => {
    const error = await failureOf(read(answer()))
    expect([error.code, error.status]).toEqual(['provider_response_invalid', 502])
    expectNothingOf(error, ['access-7', 'access-1'])
  })

  it('TR-11 may be valid JSON of another content type', async () => {
    const headers = { 'content-type': 'text/plain' }
    expect(await read(new Response(JSON.stringify(good), { headers }))).toMatchObject({
      accessToken: 'access-1',
    })
  })

  it.each<[string, () => Response, RegExp]>([
    [
      'a refused client',
      () => json({}, 401, { 'www-authenticate': 'Basic realm="x"' }),
      /challenge/i,
    ],
    ['an OAuth error', () => json({ error: 'invalid_grant' }, 400), /error/i],
    ['JSON that is none', () => new Response('{', { headers: jsonType }), /JSON/],
    ['an error beside a token', () => json({ ...good, error: 'x' }), /error/],
    ['another type', () => json({ ...good, token_type: 'mac' }), /token_type|bearer/],
  ])('keeps why it was refused, for the log: %s', async (_name, answer, reason) => {
    const { cause } = await failureOf(read(answer()))
    expect(cause).toMatchObject({ message: expect.stringMatching(reason) })
  })

  it('keeps no token in the error when another member is wrong', async () => {
    const body = { ...good, access_token: 'access-7', refresh_token: 'refresh-7', id_token: 'id-7' }
    for (const wrong of [{ token_type: 'mac' }, { scope: 1 }, { token_type: undefined }]) {
      const error = await failureOf(readBody({ ...body, ...wrong }))
      expectNothingOf(error, ['access-7', 'refresh-7', 'id-7'])
    }
  })
})

const jsonType = { 'content-type': 'application/json' }
