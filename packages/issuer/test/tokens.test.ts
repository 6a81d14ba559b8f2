import { createHash } from 'node:crypto'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  askToken,
  begin,
  claimsOf,
  exchange,
  refresh,
  reports,
  signIn,
  signInForTokens,
  start,
} from './client.ts'

describe('a token answer', () => {
  it('has the shape and the cache headers of Kinde', async () => {
    const issuer = await start()
    const attempt = begin(issuer)
    const { status, headers, body } = await exchange(issuer, attempt, await signIn(attempt))
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toEqual({
      access_token: expect.stringMatching(/^eyJ/),
      id_token: expect.stringMatching(/^eyJ/),
      refresh_token: expect.not.stringMatching(/^eyJ/),
      expires_in: '86400',
      scope: 'openid profile email offline',
      token_type: 'bearer',
    })
  })

  it('has no ID token without openid and no refresh token without offline', async () => {
    const issuer = await start()
    const email = await signInForTokens(issuer, {
      parameters: { scope: 'email', nonce: undefined },
    })
    expect(email).not.toHaveProperty('id_token')
    const openid = await signInForTokens(issuer, { parameters: { scope: 'openid' } })
    expect(openid).not.toHaveProperty('refresh_token')
    expect(claimsOf(openid['id_token'])).not.toHaveProperty('email')
    expect(claimsOf(openid['id_token'])).not.toHaveProperty('name')
  })

  it('takes offline_access in silence and gives nothing for it', async () => {
    const issuer = await start()
    const tokens = await signInForTokens(issuer, { parameters: { scope: 'openid offline_access' } })
    expect(tokens).not.toHaveProperty('refresh_token')
    expect(tokens['scope']).toBe('openid')
  })
})

describe('the access token of a user', () => {
  it('has the claims of Kinde, and verifies with both key sets', async () => {
    const issuer = await start()
    const { access_token: token = '' } = await signInForTokens(issuer)
    for (const path of ['/.well-known/jwks', '/.well-known/jwks.json']) {
      const keys = createRemoteJWKSet(new URL(`${issuer.url}${path}`))
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { payload } = await jwtVerify(token, keys, { issuer: issuer.url })
      expect(payload).toEqual({
        aud: [],
        azp: 'express-demo',
        exp: expect.any(Number),
        iat: expect.any(Number),
        iss: issuer.url,
        jti: expect.any(String),
        org_code: 'org_acme',
        org_name: 'Acme',
        permissions: ['read:reports', 'write:reports', 'manage:members'],
        feature_flags: {
          beta_dashboard: { t: 'b', v: true },
          theme: { t: 's', v: 'dark' },
          max_projects: { t: 'i', v: 10 },
          layout: { t: 'j', v: { columns: 3, sidebar: true } },
        },
        scp: ['openid', 'profile', 'email', 'offline'],
        sub: issuer.seed.users[0]?.id,
      })
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(86_400)
    }
    expect(decodeProtectedHeader(token)).toEqual({
      alg: 'RS256',
      typ: 'JWT',
      kid: expect.any(String),
    })
  })

  it.each([
    ['repeated', [reports, 'https://second.example']],
    ['joined by a space', [`${reports} https://second.example`]],
  ])('has the audiences that were asked for, %s', async (_name, audience) => {
    const issuer = await start()
    issuer.seed.apis.push({ audience: 'https://second.example', name: 'Second', scopes: [] })
    const [application] = issuer.seed.applications
    application?.apis.push({ audience: 'https://second.example', scopes: ['read:second'] })
    const scope = 'openid read:second read:unknown'
    const tokens = await signInForTokens(issuer, { parameters: { audience, scope } })
    const claims = claimsOf(tokens['access_token'])
    expect(claims.aud).toEqual([reports, 'https://second.example'])
    expect(claims['scp']).toEqual(['openid', 'read:second'])
  })

  it('tells roles, no name of the organization, or the names of Hasura, by the settings', async () => {
    const settings = { rolesInToken: true, organizationNameInToken: false }
    const issuer = await start({ settings })
    const tokens = await signInForTokens(issuer)
    const claims = claimsOf(tokens['access_token'])
    expect(claims['roles']).toEqual([{ id: expect.any(String), key: 'owner', name: 'Owner' }])
    expect(claims).not.toHaveProperty('org_name')
    issuer.settings.hasuraClaims = true
    const renamed = await signInForTokens(issuer)
    expect(claimsOf(renamed['access_token'])).toMatchObject({
      'x-hasura-permissions': claims['permissions'],
      'x-hasura-org-code': 'org_acme',
      'x-hasura-feature-flags': claims['feature_flags'],
      'x-hasura-roles': claims['roles'],
    })
    expect(claimsOf(renamed['access_token'])).not.toHaveProperty('permissions')
    expect(claimsOf(renamed['id_token'])['x-hasura-org-codes']).toEqual(['org_acme'])
  })

  it('tells what holds in no organization for who belongs to none', async () => {
    const issuer = await start()
    const [owner] = issuer.seed.users
    owner?.memberships.splice(0)
    const tokens = await signInForTokens(issuer)
    const claims = claimsOf(tokens['access_token'])
    expect(claims['permissions']).toEqual([])
    expect(claims).not.toHaveProperty('org_code')
    expect(claims['feature_flags']).toMatchObject({ max_projects: { t: 'i', v: 3 } })
  })
})

describe('the ID token', () => {
  it('has the claims of Kinde', async () => {
    const issuer = await start()
    const tokens = await signInForTokens(issuer)
    const hash = createHash('sha256')
      .update(tokens['access_token'] ?? '')
      .digest()
    const claims = claimsOf(tokens['id_token'])
    expect(claims).toEqual({
      at_hash: hash.subarray(0, 16).toString('base64url'),
      aud: ['express-demo'],
      auth_time: expect.any(Number),
      azp: 'express-demo',
      email: 'owner@example.com',
      email_verified: true,
      exp: expect.any(Number),
      family_name: 'Owner',
      given_name: 'Olivia',
      iat: expect.any(Number),
      iss: issuer.url,
      jti: expect.any(String),
      name: 'Olivia Owner',
      nonce: 'the-nonce',
      org_codes: ['org_acme'],
      organizations: [{ id: 'org_acme', name: 'Acme' }],
      sub: issuer.seed.users[0]?.id,
      updated_at: expect.any(Number),
    })
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3_600)
  })

  it('has each of the audiences that Kinde has given', async () => {
    const issuer = await start()
    const shapes = {
      issuer: [issuer.url],
      client: ['express-demo'],
      both: [issuer.url, 'express-demo'],
    }
    for (const shape of ['issuer', 'client', 'both'] as const) {
      issuer.settings.idTokenAudience = shape
      // oxlint-disable-next-line no-await-in-loop -- the setting is the issuer's
      const tokens = await signInForTokens(issuer)
      expect(claimsOf(tokens['id_token']).aud).toEqual(shapes[shape])
    }
  })

  it('has no nonce when none was sent', async () => {
    const issuer = await start()
    const tokens = await signInForTokens(issuer, { parameters: { nonce: undefined } })
    expect(claimsOf(tokens['id_token'])).not.toHaveProperty('nonce')
  })
})

describe('an authorization code', () => {
  it('is good once, and a second use ends the sign-in', async () => {
    const issuer = await start()
    const attempt = begin(issuer)
    const callback = await signIn(attempt)
    const first = await exchange(issuer, attempt, callback)
    const second = await exchange(issuer, attempt, callback)
    expect([second.status, second.body['error']]).toEqual([400, 'invalid_grant'])
    const renewed = await refresh(issuer, first.body['refresh_token'])
    expect([renewed.status, renewed.body['error']]).toEqual([400, 'invalid_grant'])
  })

  it.each([
    ['another verifier', { verifier: 'x'.repeat(43) }],
    ['another redirect URI', { redirectUri: 'http://localhost:4501/' }],
  ])('is refused with %s', async (_name, change) => {
    const issuer = await start()
    const attempt = begin(issuer)
    const callback = await signIn(attempt)
    const { status, body } = await exchange(issuer, { ...attempt, ...change }, callback)
    expect([status, body['error']]).toEqual([400, 'invalid_grant'])
  })

  it('is refused to another application', async () => {
    const issuer = await start()
    const attempt = begin(issuer)
    const callback = await signIn(attempt)
    const { application } = begin(issuer, {}, 'next-demo')
    const { status, body } = await exchange(issuer, { ...attempt, application }, callback)
    expect([status, body['error']]).toEqual([400, 'invalid_grant'])
  })

  it('is refused when the user was revoked in between', async () => {
    const issuer = await start()
    const attempt = begin(issuer)
    const callback = await signIn(attempt)
    await issuer.revokeUser('owner@example.com')
    const { status, body } = await exchange(issuer, attempt, callback)
    expect([status, body['error']]).toEqual([400, 'invalid_grant'])
  })

  it('needs the verifier', async () => {
    const issuer = await start()
    const attempt = begin(issuer, {}, 'react-demo')
    const { code } = await signIn(attempt)
    const { status, body } = await askToken(issuer, {
      grant_type: 'authorization_code',
      client_id: 'react-demo',
      redirect_uri: attempt.redirectUri,
      code,
    })
    expect([status, body['error']]).toEqual([400, 'invalid_grant'])
  })
})
