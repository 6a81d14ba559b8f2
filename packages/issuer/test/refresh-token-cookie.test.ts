import { describe, expect, it } from 'vitest'
import type { Issuer, IssuerOptions } from '../src/index.ts'
import { findApplication, signInForTokens, start } from './client.ts'

const id = 'react-demo'

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly cookies: string[]
  readonly body: Record<string, unknown>
}

async function refresh(
  issuer: Issuer,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const application = findApplication(issuer, id)
  const response = await fetch(`${issuer.url}/oauth2/token`, {
    method: 'POST',
    headers: { origin: new URL(application.callbackUrls[0] ?? '').origin, ...headers },
    body: new URLSearchParams({ grant_type: 'refresh_token', client_id: id, ...form }),
  })
  const body: unknown = await response.json()
  return {
    status: response.status,
    headers: response.headers,
    cookies: response.headers.getSetCookie(),
    body: { ...(typeof body === 'object' ? body : {}) },
  }
}

async function begin(
  settings: IssuerOptions['settings'] = { refreshTokenCookie: 'shared' },
): Promise<{ issuer: Issuer; token: string }> {
  const issuer = await start({ settings: { ...settings } })
  const tokens = await signInForTokens(issuer, { application: id })
  return { issuer, token: tokens['refresh_token'] ?? '' }
}

describe('the cookie of a custom domain', () => {
  it('comes with the answer to a page, and with the marker that a script may see', async () => {
    const { issuer, token } = await begin()
    const { headers, cookies, body } = await refresh(issuer, { refresh_token: token })
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(cookies).toEqual([
      expect.stringMatching(/^refresh_token=.+; path=\/oauth2\/token; .*httponly/i),
      expect.stringMatching(/^_kbrte=1; path=\/; (?!.*httponly)/i),
    ])
    expect(cookies[0]).toContain(String(body['refresh_token']))
  })

  it('is taken in place of the body, and rotates', async () => {
    const { issuer, token } = await begin()
    const first = await refresh(issuer, {}, { cookie: `refresh_token=${token}` })
    expect(first.status).toBe(200)
    expect(first.body['refresh_token']).not.toBe(token)
  })

  it('is refused beside a token in the body', async () => {
    const { issuer, token } = await begin()
    const answer = await refresh(
      issuer,
      { refresh_token: token },
      { cookie: `refresh_token=${token}` },
    )
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_grant'])
  })

  it('has the beginning of the client id in its name when each application has its own', async () => {
    const { issuer, token } = await begin({ refreshTokenCookie: 'per-application' })
    const name = `refresh_token_${id.slice(0, 6)}`
    const answer = await refresh(issuer, {}, { cookie: `${name}=${token}` })
    expect(answer.status).toBe(200)
    expect(answer.cookies[0]).toContain(`${name}=`)
    expect((await refresh(issuer, {}, { cookie: `refresh_token=${token}` })).status).toBe(400)
  })

  it('is not given to a server or to a page of elsewhere, and means nothing from them', async () => {
    const { issuer, token } = await begin()
    for (const origin of ['', 'https://evil.test']) {
      const headers = { origin, cookie: `refresh_token=${token}` }
      const answer = await refresh(issuer, {}, headers)
      expect([answer.status, answer.cookies]).toEqual([400, []])
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  it('is not there unless it is asked for', async () => {
    const { issuer, token } = await begin({})
    const { cookies, headers } = await refresh(issuer, { refresh_token: token })
    expect(cookies).toEqual([])
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  })
})
