import { describe, expect, it } from 'vitest'
import {
  askMachine,
  askToken,
  begin,
  claimsOf,
  credentials,
  exchange,
  findApplication,
  reports,
  signIn,
  signInForTokens,
  start,
} from './client.ts'

describe('a back-end application', () => {
  it('gives its secret in the body or by HTTP Basic', async () => {
    const issuer = await start()
    const { secret = '' } = findApplication(issuer, 'express-demo')
    const attempt = begin(issuer)
    const { code = '' } = await signIn(attempt)
    const basic = Buffer.from(`express-demo:${secret}`).toString('base64')
    const { status } = await askToken(
      issuer,
      {
        grant_type: 'authorization_code',
        code,
        redirect_uri: attempt.redirectUri,
        code_verifier: attempt.verifier,
      },
      { authorization: `Basic ${basic}` },
    )
    expect(status).toBe(200)
    expect(issuer.requests.at(-1)?.clientId).toBe('express-demo')
  })

  it.each([
    ['a wrong secret', { client_id: 'express-demo', client_secret: 'x'.repeat(40) }],
    ['no secret', { client_id: 'express-demo' }],
    ['an unknown client', { client_id: 'nobody', client_secret: 'x'.repeat(40) }],
  ])('is refused with %s', async (_name, own) => {
    const issuer = await start()
    const form = { grant_type: 'refresh_token', refresh_token: 'x', ...own }
    const { status, body } = await askToken(issuer, form)
    expect([status, body['error']]).toEqual([401, 'invalid_client'])
  })

  it('gets no machine token', async () => {
    const issuer = await start()
    const { status, body } = await askMachine(issuer, {}, 'express-demo')
    expect([status, body['error']]).toEqual([400, 'unauthorized_client'])
  })
})

describe('a front-end application', () => {
  it('signs in with PKCE and without a secret, from its own origin', async () => {
    const issuer = await start()
    const attempt = begin(issuer, {}, 'react-demo')
    const callback = await signIn(attempt)
    const { status, headers, body } = await askToken(
      issuer,
      {
        grant_type: 'authorization_code',
        client_id: 'react-demo',
        code: callback['code'],
        redirect_uri: attempt.redirectUri,
        code_verifier: attempt.verifier,
      },
      { origin: 'http://localhost:4503' },
    )
    expect(status).toBe(200)
    expect(headers.get('access-control-allow-origin')).toBe('http://localhost:4503')
    expect(claimsOf(body['access_token'])['azp']).toBe('react-demo')
  })

  it('is refused with a secret', async () => {
    const issuer = await start()
    const attempt = begin(issuer, {}, 'react-demo')
    const callback = await signIn(attempt)
    const application = { ...attempt.application, secret: 'x'.repeat(40) }
    const { status, body } = await exchange(issuer, { ...attempt, application }, callback)
    expect([status, body['error']]).toEqual([401, 'invalid_client'])
  })

  it('is refused from another origin', async () => {
    const issuer = await start()
    const form = { grant_type: 'refresh_token', refresh_token: 'x', client_id: 'react-demo' }
    const { status, headers } = await askToken(issuer, form, { origin: 'https://evil.example' })
    expect(status).toBe(400)
    expect(headers.has('access-control-allow-origin')).toBe(false)
  })

  it.each([
    ['GET', '/.well-known/openid-configuration'],
    ['GET', '/.well-known/jwks'],
    ['GET', '/.well-known/jwks.json'],
    ['POST', '/oauth2/token'],
    ['POST', '/oauth2/revoke'],
    ['GET', '/oauth2/v2/user_profile'],
    ['GET', '/account_api/v1/permissions'],
  ])('may be asked for a preflight of %s %s', async (method, path) => {
    const issuer = await start()
    const response = await fetch(`${issuer.url}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:4503',
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization',
      },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:4503')
    expect(response.headers.get('access-control-allow-methods')).toContain(method)
    expect(response.headers.get('access-control-allow-headers')).toContain('authorization')
  })

  it('reads the profile from its origin, and others read nothing', async () => {
    const issuer = await start()
    const tokens = await signInForTokens(issuer, { application: 'react-demo' })
    const ask = (origin: string): Promise<Response> =>
      fetch(`${issuer.url}/oauth2/v2/user_profile`, {
        headers: { origin, authorization: `Bearer ${tokens['access_token']}` },
      })
    const own = await ask('http://localhost:4503')
    expect(own.headers.get('access-control-allow-origin')).toBe('http://localhost:4503')
    const other = await ask('https://evil.example')
    expect(other.headers.has('access-control-allow-origin')).toBe(false)
    expect(other.headers.get('vary')).toContain('Origin')
  })
})

describe('a machine application', () => {
  it('gets a token with the claims of Kinde', async () => {
    const issuer = await start()
    const { status, body } = await askMachine(issuer, { audience: reports, scope: 'read:reports' })
    expect(status).toBe(200)
    expect(body).toEqual({
      access_token: expect.any(String),
      expires_in: '86400',
      scope: 'read:reports',
      token_type: 'bearer',
    })
    expect(claimsOf(body['access_token'])).toEqual({
      aud: [reports],
      azp: 'machine-demo',
      exp: expect.any(Number),
      gty: ['client_credentials'],
      iat: expect.any(Number),
      iss: issuer.url,
      jti: expect.any(String),
      scope: 'read:reports',
      scp: ['read:reports'],
      v: '2',
    })
  })

  it('gets all of its scopes when it names none, for each audience that it names', async () => {
    const issuer = await start({ settings: { machineTokenLifetime: 60 } })
    const api = `${issuer.url}/api`
    for (const audience of [[reports, api], [`${reports} ${api}`]]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { body } = await askMachine(issuer, { audience })
      const claims = claimsOf(body['access_token'])
      expect(claims.aud).toEqual([reports, api])
      expect(claims['scp']).toEqual(['read:reports', 'read:users', 'update:user_refresh_claims'])
      expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(60)
    }
    const none = await askMachine(issuer, {})
    expect(claimsOf(none.body['access_token']).aud).toEqual([])
    expect(claimsOf(none.body['access_token'])['scp']).toEqual([])
  })

  it('names the organization that it is bound to', async () => {
    const issuer = await start()
    issuer.addApplication({ ...findApplication(issuer, 'machine-demo'), organization: 'org_acme' })
    const { body } = await askMachine(issuer, { audience: reports })
    expect(claimsOf(body['access_token'])['org_code']).toBe('org_acme')
  })

  it.each([
    ['an unknown audience', 'machine-demo', { audience: 'https://x.example' }, 'invalid_request'],
    ['an audience it has not', 'machine-limited', { audience: reports }, 'invalid_request'],
    [
      'a scope it has not',
      'machine-demo',
      { audience: reports, scope: 'write:reports' },
      'invalid_scope',
    ],
    [
      'a scope of another audience',
      'machine-demo',
      { audience: reports, scope: 'read:users' },
      'invalid_scope',
    ],
  ])('is refused with %s', async (_name, application, form, error) => {
    const issuer = await start()
    const { status, body } = await askMachine(issuer, form, application)
    expect([status, body['error']]).toEqual([400, error])
  })

  it('gets nothing by the grants of users', async () => {
    const issuer = await start()
    const own = credentials(findApplication(issuer, 'machine-demo'))
    for (const grant of ['authorization_code', 'refresh_token']) {
      const form = { grant_type: grant, code: 'x', redirect_uri: 'x', refresh_token: 'x', ...own }
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { status, body } = await askToken(issuer, form)
      expect([status, body['error']]).toEqual([400, 'unauthorized_client'])
    }
  })
})

describe('the token endpoint', () => {
  it.each([
    ['password', 'unsupported_grant_type'],
    ['implicit', 'unsupported_grant_type'],
    [undefined, 'invalid_request'],
  ])('refuses the grant %s', async (grant, error) => {
    const issuer = await start()
    const own = credentials(findApplication(issuer, 'express-demo'))
    const { status, headers, body } = await askToken(issuer, { grant_type: grant, ...own })
    expect([status, body['error']]).toEqual([400, error])
    expect(headers.get('content-type')).toContain('application/json')
  })

  it('takes no JSON and no GET', async () => {
    const issuer = await start()
    const url = `${issuer.url}/oauth2/token`
    const headers = { 'content-type': 'application/json' }
    expect((await fetch(url, { method: 'POST', headers, body: '{}' })).status).toBe(400)
    expect((await fetch(url)).status).toBe(404)
  })

  it('takes an application that was added or changed a moment ago', async () => {
    const issuer = await start()
    const model = findApplication(issuer, 'machine-demo')
    const count = issuer.seed.applications.length
    issuer.addApplication({ ...model, id: 'added', secret: 'a'.repeat(40) })
    expect((await askMachine(issuer, { audience: reports }, 'added')).status).toBe(200)
    issuer.addApplication({ ...model, id: 'added', secret: 'b'.repeat(40) })
    const old = await askMachine(issuer, { client_secret: 'a'.repeat(40) }, 'added')
    expect(old.status).toBe(401)
    expect((await askMachine(issuer, { audience: reports }, 'added')).status).toBe(200)
    expect(issuer.seed.applications).toHaveLength(count + 1)
  })
})
