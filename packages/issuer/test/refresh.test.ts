import { describe, expect, it } from 'vitest'
import {
  askMachine,
  askToken,
  call,
  claimsOf,
  credentials,
  findApplication,
  refresh,
  signInForTokens,
  start,
} from './client.ts'

describe('a refresh', () => {
  it('rotates the refresh token and answers with an ID token', async () => {
    const issuer = await start()
    const tokens = await signInForTokens(issuer)
    const { status, body } = await refresh(issuer, tokens['refresh_token'])
    expect(status).toBe(200)
    expect(body['refresh_token']).not.toBe(tokens['refresh_token'])
    expect(body['scope']).toBe(tokens['scope'])
    const [before, now] = [claimsOf(tokens['id_token']), claimsOf(body['id_token'])]
    expect(now.sub).toBe(before.sub)
    expect(now['auth_time']).toBe(before['auth_time'])
    expect(now).not.toHaveProperty('nonce')
  })

  it('answers without an ID token when the setting says so', async () => {
    const issuer = await start({ settings: { refreshAnswersIdToken: false } })
    const tokens = await signInForTokens(issuer)
    expect((await refresh(issuer, tokens['refresh_token'])).body).not.toHaveProperty('id_token')
  })

  it('gives the same access token while that lasts, with the time that remains', async () => {
    let now = Date.now()
    const issuer = await start({ clock: () => now, settings: { accessTokenLifetime: 100 } })
    const tokens = await signInForTokens(issuer)
    now += 40_000
    const second = await refresh(issuer, tokens['refresh_token'])
    expect(second.body).toMatchObject({ access_token: tokens['access_token'], expires_in: '60' })
    now += 60_000
    const third = await refresh(issuer, second.body['refresh_token'])
    expect(third.body['access_token']).not.toBe(tokens['access_token'])
    expect(third.body['expires_in']).toBe('100')
  })

  it('gives a new access token every time when the setting says so', async () => {
    const issuer = await start({ settings: { keepsAccessToken: false } })
    const tokens = await signInForTokens(issuer)
    const { body } = await refresh(issuer, tokens['refresh_token'])
    expect(body['access_token']).not.toBe(tokens['access_token'])
  })

  it('tells new rights once the claims were refreshed', async () => {
    const issuer = await start()
    const tokens = await signInForTokens(issuer, { email: 'member@example.com' })
    const member = issuer.seed.users.find(({ email }) => email === 'member@example.com')
    member?.memberships[0]?.roles.push('analyst')
    const stale = await refresh(issuer, tokens['refresh_token'])
    expect(claimsOf(stale.body['access_token'])['permissions']).toEqual([])
    const machine = await askMachine(issuer, { audience: `${issuer.url}/api` })
    const path = `/api/v1/users/${member?.id}/refresh_claims`
    const done = await call(issuer, path, machine.body['access_token'], { method: 'POST' })
    expect([done.status, done.body['code']]).toEqual([200, 'OK'])
    const fresh = await refresh(issuer, stale.body['refresh_token'])
    expect(claimsOf(fresh.body['access_token'])['permissions']).toEqual(['read:reports'])
  })

  it('answers again like the first time within the overlap, at once or later', async () => {
    let now = Date.now()
    const issuer = await start({ clock: () => now, settings: { keepsAccessToken: false } })
    const tokens = await signInForTokens(issuer)
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => refresh(issuer, tokens['refresh_token'])),
    )
    now += 29_000
    answers.push(await refresh(issuer, tokens['refresh_token']))
    for (const { status, body } of answers) {
      expect(status).toBe(200)
      expect(body).toEqual(answers[0]?.body)
    }
    expect((await refresh(issuer, answers[0]?.body['refresh_token'])).status).toBe(200)
  })

  it('ends the sign-in when a token is used after the overlap', async () => {
    let now = Date.now()
    const issuer = await start({ clock: () => now })
    const tokens = await signInForTokens(issuer)
    const { body } = await refresh(issuer, tokens['refresh_token'])
    now += 30_000
    expectRefused(await refresh(issuer, tokens['refresh_token']))
    expectRefused(await refresh(issuer, body['refresh_token']))
  })

  it('ends the sign-in at once without an overlap, also for two at a time', async () => {
    const issuer = await start({ settings: { refreshTokenOverlap: 0 } })
    const tokens = await signInForTokens(issuer)
    const answers = await Promise.all([
      refresh(issuer, tokens['refresh_token']),
      refresh(issuer, tokens['refresh_token']),
    ])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]))
    const winner = answers.find(({ status }) => status === 200)
    expectRefused(await refresh(issuer, winner?.body['refresh_token']))
  })

  it('is refused once the refresh token has expired', async () => {
    let now = Date.now()
    const issuer = await start({ clock: () => now, settings: { refreshTokenLifetime: 60 } })
    const tokens = await signInForTokens(issuer)
    now += 59_000
    const { status, body } = await refresh(issuer, tokens['refresh_token'])
    expect(status).toBe(200)
    now += 60_000
    expectRefused(await refresh(issuer, body['refresh_token']))
  })

  it('is refused with the token of another application, which keeps it', async () => {
    const issuer = await start()
    const tokens = await signInForTokens(issuer)
    expectRefused(await refresh(issuer, tokens['refresh_token'], 'next-demo'))
    expectRefused(await refresh(issuer, tokens['refresh_token'], 'react-demo'))
    expect((await refresh(issuer, tokens['refresh_token'])).status).toBe(200)
  })

  it('is refused with a scope that was not granted', async () => {
    const issuer = await start()
    const tokens = await signInForTokens(issuer, { parameters: { scope: 'openid offline' } })
    const { status, body } = await askToken(issuer, {
      grant_type: 'refresh_token',
      refresh_token: tokens['refresh_token'],
      scope: 'openid email',
      ...credentials(findApplication(issuer, 'express-demo')),
    })
    expect([status, body['error']]).toEqual([400, 'invalid_scope'])
  })

  it.each([undefined, '', 'unknown'])('is refused with the token %j', async (token) => {
    const issuer = await start()
    const { status, body } = await refresh(issuer, token)
    expect([status, ['invalid_grant', 'invalid_request'].includes(body['error'] ?? '')]).toEqual([
      400,
      true,
    ])
  })

  it('is refused after the user was revoked, and nobody else is', async () => {
    const issuer = await start()
    const [owner, member] = [
      await signInForTokens(issuer),
      await signInForTokens(issuer, { email: 'member@example.com' }),
    ]
    await issuer.revokeUser('owner@example.com')
    expectRefused(await refresh(issuer, owner['refresh_token']))
    expect((await refresh(issuer, member['refresh_token'])).status).toBe(200)
    await expect(issuer.revokeUser('nobody@example.com')).rejects.toThrow('nobody@example.com')
  })
})

describe('revocation', () => {
  const revoke = (
    url: string,
    token: string | undefined,
    body: Record<string, string>,
  ): Promise<Response> =>
    fetch(`${url}/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: token ?? '', token_type_hint: 'refresh_token', ...body }),
    })

  it.each(['express-demo', 'react-demo'])('ends the sign-in of %s', async (application) => {
    const issuer = await start()
    const tokens = await signInForTokens(issuer, { application })
    const own = credentials(findApplication(issuer, application))
    const response = await revoke(issuer.url, tokens['refresh_token'], own)
    expect([response.status, await response.text()]).toEqual([200, ''])
    expectRefused(await refresh(issuer, tokens['refresh_token'], application))
  })

  it('needs the secret, and leaves the tokens of others alone', async () => {
    const issuer = await start()
    const tokens = await signInForTokens(issuer)
    const bare = await revoke(issuer.url, tokens['refresh_token'], { client_id: 'express-demo' })
    expect(bare.status).toBe(401)
    const other = credentials(findApplication(issuer, 'next-demo'))
    await revoke(issuer.url, tokens['refresh_token'], other)
    expect((await refresh(issuer, tokens['refresh_token'])).status).toBe(200)
    const unknown = await revoke(issuer.url, 'unknown', other)
    expect(unknown.status).toBe(200)
  })
})

function expectRefused({ status, body }: { status: number; body: Record<string, string> }): void {
  expect([status, body['error']]).toEqual([400, 'invalid_grant'])
}
