import { describe, expect, it } from 'vitest'
import { toId } from '../src/directory.ts'
import type { Issuer } from '../src/index.ts'
import { askMachine, call, reports, signInForTokens, start } from './client.ts'

async function accessToken(issuer: Issuer, email?: string): Promise<string> {
  const tokens = await signInForTokens(issuer, { ...(email !== undefined && { email }) })
  return tokens['access_token'] ?? ''
}

async function machineToken(issuer: Issuer, scope?: string): Promise<string> {
  const form = { audience: `${issuer.url}/api`, scope }
  return (await askMachine(issuer, form)).body['access_token'] ?? ''
}

describe('discovery', () => {
  it('tells every path of Kinde', async () => {
    const issuer = await start()
    const { body } = await call(issuer, '/.well-known/openid-configuration', undefined)
    expect(body).toMatchObject({
      issuer: issuer.url,
      authorization_endpoint: `${issuer.url}/oauth2/auth`,
      token_endpoint: `${issuer.url}/oauth2/token`,
      userinfo_endpoint: `${issuer.url}/oauth2/v2/user_profile`,
      jwks_uri: `${issuer.url}/.well-known/jwks`,
      revocation_endpoint: `${issuer.url}/oauth2/revoke`,
      introspection_endpoint: `${issuer.url}/oauth2/introspect`,
      end_session_endpoint: `${issuer.url}/logout`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: false,
      id_token_signing_alg_values_supported: ['RS256'],
    })
    expect(body['scopes_supported']).toContain('offline')
    const other = await call(issuer, '/.well-known/oauth-authorization-server', undefined)
    expect(other.body).toEqual(body)
  })

  it('names the issuer by its own name, however it was called', async () => {
    const issuer = await start()
    const { port } = new URL(issuer.url)
    const response = await fetch(`http://127.0.0.1:${port}/.well-known/openid-configuration`).catch(
      () => fetch(`http://[::1]:${port}/.well-known/openid-configuration`),
    )
    expect(await response.json()).toMatchObject({
      issuer: issuer.url,
      token_endpoint: `${issuer.url}/oauth2/token`,
    })
  })

  it('publishes no private part of the key', async () => {
    const issuer = await start()
    const { body } = await call(issuer, '/.well-known/jwks', undefined)
    const [key] = Array.isArray(body['keys']) ? body['keys'] : []
    expect(Object.keys(key).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  })
})

describe('the user profile', () => {
  it('tells who the user is, in both shapes', async () => {
    const issuer = await start()
    const token = await accessToken(issuer)
    const id = issuer.seed.users[0]?.id
    const { status, body } = await call(issuer, '/oauth2/v2/user_profile', token)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      sub: id,
      id,
      name: 'Olivia Owner',
      given_name: 'Olivia',
      family_name: 'Owner',
      email: 'owner@example.com',
      email_verified: true,
      updated_at: expect.any(Number),
      provided_id: null,
    })
    const legacy = await call(issuer, '/oauth2/user_profile', token)
    expect(legacy.body).toMatchObject({
      id,
      preferred_email: 'owner@example.com',
      first_name: 'Olivia',
      last_name: 'Owner',
      username: null,
    })
  })

  it('tells no more than the scopes', async () => {
    const issuer = await start()
    const tokens = await signInForTokens(issuer, { parameters: { scope: 'openid' } })
    const { body } = await call(issuer, '/oauth2/v2/user_profile', tokens['access_token'])
    expect(body).not.toHaveProperty('email')
    expect(body).not.toHaveProperty('name')
  })

  it('is refused to everything but an access token of a user that lasts', async () => {
    let now = Date.now()
    const issuer = await start({ clock: () => now })
    const other = await start()
    const tokens = await signInForTokens(issuer)
    const bearers = [
      undefined,
      'not.a.token',
      tokens['id_token'],
      tokens['refresh_token'],
      await machineToken(issuer),
      await accessToken(other),
      tokens['access_token']?.replace(/..$/, 'xx'),
    ]
    for (const bearer of bearers) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { status, headers, body } = await call(issuer, '/oauth2/v2/user_profile', bearer)
      expect([status, body['error']]).toEqual([401, 'invalid_token'])
      expect(headers.get('www-authenticate')).toContain('invalid_token')
    }
    now += 86_400_000
    const late = await call(issuer, '/oauth2/v2/user_profile', tokens['access_token'])
    expect(late.status).toBe(401)
  })
})

describe('introspection', () => {
  const ask = (issuer: Issuer, bearer: string | undefined, token: string | undefined) =>
    call(issuer, '/oauth2/introspect', bearer, {
      method: 'POST',
      body: new URLSearchParams({ token: token ?? '' }),
    })

  it('tells the little that Kinde tells, of access and refresh tokens', async () => {
    const issuer = await start()
    const tokens = await signInForTokens(issuer, { parameters: { audience: reports } })
    for (const name of ['access_token', 'refresh_token']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { status, body } = await ask(issuer, tokens['access_token'], tokens[name])
      expect(status).toBe(200)
      expect(body).toEqual({
        active: true,
        aud: [reports],
        client_id: 'express-demo',
        exp: expect.any(Number),
        iat: expect.any(Number),
      })
    }
  })

  it('says that others are not active, and wants a bearer token', async () => {
    const issuer = await start()
    const tokens = await signInForTokens(issuer)
    const machine = await machineToken(issuer)
    await issuer.revokeUser('owner@example.com')
    for (const token of ['unknown', tokens['id_token'], tokens['refresh_token']]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect((await ask(issuer, machine, token)).body).toEqual({ active: false })
    }
    expect((await ask(issuer, undefined, tokens['access_token'])).status).toBe(401)
  })
})

describe('the account API', () => {
  it('lists permissions, roles, flags and entitlements of where the user is signed in to', async () => {
    const issuer = await start()
    const token = await accessToken(issuer)
    const permissions = await call(issuer, '/account_api/v1/permissions', token)
    expect(permissions.body).toEqual({
      data: {
        org_code: 'org_acme',
        permissions: [
          { id: expect.stringMatching(/^perm_/), name: 'Read reports', key: 'read:reports' },
          { id: expect.any(String), name: 'Write reports', key: 'write:reports' },
          { id: expect.any(String), name: 'Manage members', key: 'manage:members' },
        ],
      },
      metadata: { has_more: false, next_page_starting_after: expect.any(String) },
    })
    const roles = await call(issuer, '/account_api/v1/roles', token)
    expect(roles.body['data']).toEqual({
      org_code: 'org_acme',
      roles: [{ id: expect.stringMatching(/^role_/), name: 'Owner', key: 'owner' }],
    })
    const flags = await call(issuer, '/account_api/v1/feature_flags', token)
    expect(flags.body['data']).toMatchObject({
      feature_flags: [
        { key: 'beta_dashboard', type: 'boolean', value: true },
        { key: 'theme', type: 'string', value: 'dark' },
        { key: 'max_projects', type: 'integer', value: 10 },
        { key: 'layout', type: 'json', value: { columns: 3, sidebar: true } },
      ],
    })
    const entitlements = await call(issuer, '/account_api/v1/entitlements', token)
    expect(entitlements.body['data']).toEqual({
      org_code: 'org_acme',
      plans: [{ key: 'pro', name: 'Pro', subscribed_on: expect.any(String) }],
      entitlements: [
        {
          id: expect.stringMatching(/^entitlement_/),
          fixed_charge: null,
          price_name: 'Projects',
          unit_amount: null,
          feature_key: 'projects',
          feature_name: 'Projects',
          entitlement_limit_max: 10,
          entitlement_limit_min: 1,
        },
        expect.objectContaining({ feature_key: 'exports', entitlement_limit_max: null }),
      ],
    })
    const properties = await call(issuer, '/account_api/v1/properties', token)
    expect(properties.body['data']).toEqual({ properties: [] })
  })

  it('gives one entitlement, or 404', async () => {
    const issuer = await start()
    const token = await accessToken(issuer)
    const one = await call(issuer, '/account_api/v1/entitlement?key=exports', token)
    expect(one.body['data']).toMatchObject({ entitlement: { feature_key: 'exports' } })
    const none = await call(issuer, '/account_api/v1/entitlement?key=flights', token)
    expect(none.status).toBe(404)
    expect(none.body).toEqual({
      errors: [{ code: expect.any(String), message: expect.any(String) }],
    })
  })

  it('pages', async () => {
    const issuer = await start()
    const token = await accessToken(issuer)
    const first = await call(issuer, '/account_api/v1/permissions?page_size=2', token)
    expect(first.body).toMatchObject({
      data: {
        permissions: [
          { key: 'read:reports' },
          { key: 'write:reports', id: toId('perm', 'write:reports') },
        ],
      },
      metadata: { has_more: true, next_page_starting_after: toId('perm', 'write:reports') },
    })
    const after = `page_size=2&starting_after=${toId('perm', 'write:reports')}`
    const second = await call(issuer, `/account_api/v1/permissions?${after}`, token)
    expect(second.body).toMatchObject({
      data: { permissions: [{ key: 'manage:members' }] },
      metadata: { has_more: false },
    })
  })

  it.each(['page_size=0', 'page_size=x', 'page_size=1.5', 'starting_after=perm_unknown'])(
    'refuses %s',
    async (query) => {
      const issuer = await start()
      const token = await accessToken(issuer)
      const { status, body } = await call(issuer, `/account_api/v1/permissions?${query}`, token)
      expect(status).toBe(400)
      expect(body).toHaveProperty('errors')
    },
  )

  it('is refused without a token of a user, with 405 for another method', async () => {
    const issuer = await start()
    for (const token of [undefined, 'x', await machineToken(issuer)]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { status, body } = await call(issuer, '/account_api/v1/roles', token)
      expect([status, body]).toEqual([
        401,
        { errors: [{ code: 'INVALID_TOKEN', message: expect.any(String) }] },
      ])
    }
    const post = await call(issuer, '/account_api/v1/roles', undefined, { method: 'POST' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET'])
  })

  it('gives a link that opens the portal once', async () => {
    const issuer = await start()
    const token = await accessToken(issuer)
    const query = 'subnav=plan_details&return_url=http%3A%2F%2Flocalhost%3A4501%2Fback'
    const { body } = await call(issuer, `/account_api/v1/portal_link?${query}`, token)
    const url = String(body['url'])
    expect(url).toMatch(new RegExp(`^${issuer.url}/portal_redirect\\?key=`))
    const page = await fetch(url)
    const text = await page.text()
    expect(page.status).toBe(200)
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'/)
    expect(text).toContain('owner@example.com')
    expect(text).toContain('href="http://localhost:4501/back"')
    const again = await fetch(url)
    expect([again.status, (await again.text()).includes('owner@example.com')]).toEqual([400, false])
  })

  it.each(['subnav=flights', 'return_url=/back', 'return_url=javascript:alert(1)'])(
    'gives no link for %s',
    async (query) => {
      const issuer = await start()
      const token = await accessToken(issuer)
      const { status } = await call(issuer, `/account_api/v1/portal_link?${query}`, token)
      expect(status).toBe(400)
    },
  )
})

describe('the management API', () => {
  it('lists users with what was asked for', async () => {
    const issuer = await start()
    await signInForTokens(issuer)
    const token = await machineToken(issuer)
    const { status, body } = await call(issuer, '/api/v1/users?expand=organizations', token)
    expect(status).toBe(200)
    expect(body).toMatchObject({ code: 'OK', message: 'Success', next_token: null })
    const [owner] = Array.isArray(body['users']) ? body['users'] : []
    expect(owner).toEqual({
      id: issuer.seed.users[0]?.id,
      provided_id: null,
      email: 'owner@example.com',
      first_name: 'Olivia',
      last_name: 'Owner',
      is_suspended: false,
      picture: null,
      total_sign_ins: 1,
      failed_sign_ins: 0,
      last_signed_in: expect.stringMatching(/^\d{4}-/),
      created_on: expect.stringMatching(/^\d{4}-/),
      organizations: ['org_acme'],
    })
    const one = await call(issuer, '/api/v1/users?email=MEMBER@example.com', token)
    expect(one.body['users']).toHaveLength(1)
    const id = issuer.seed.users[1]?.id
    expect((await call(issuer, `/api/v1/user?id=${id}`, token)).body['id']).toBe(id)
    expect((await call(issuer, '/api/v1/user?id=kp_nobody', token)).status).toBe(404)
  })

  it('pages with next_token', async () => {
    const issuer = await start()
    const token = await machineToken(issuer)
    const first = await call(issuer, '/api/v1/users?page_size=2', token)
    expect(first.body['users']).toHaveLength(2)
    const next = `/api/v1/users?page_size=2&next_token=${String(first.body['next_token'])}`
    const second = await call(issuer, next, token)
    expect(second.body['users']).toHaveLength(1)
    expect(second.body['next_token']).toBeNull()
    for (const query of ['page_size=501', 'page_size=0', 'next_token=x']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect((await call(issuer, `/api/v1/users?${query}`, token)).status).toBe(400)
    }
  })

  it('wants the scope of each call', async () => {
    const issuer = await start()
    const token = await machineToken(issuer, 'update:user_refresh_claims')
    const refused = await call(issuer, '/api/v1/users', token)
    expect(refused.status).toBe(403)
    expect(refused.body).toEqual({
      errors: [{ code: 'INSUFFICIENT_SCOPE', message: expect.stringContaining('read:users') }],
    })
    expect((await call(issuer, '/api/v1/organizations', token)).status).toBe(403)
    const reader = await machineToken(issuer, 'read:users')
    const path = '/api/v1/users/kp_nobody/refresh_claims'
    expect((await call(issuer, path, reader, { method: 'POST' })).status).toBe(403)
    expect((await call(issuer, path, token, { method: 'POST' })).status).toBe(404)
  })

  it('lists organizations to who may read them', async () => {
    const issuer = await start()
    const machine = issuer.seed.applications.find(({ id }) => id === 'machine-demo')
    machine?.apis.push({ audience: 'management', scopes: ['read:organizations'] })
    const { body } = await call(issuer, '/api/v1/organizations', await machineToken(issuer))
    expect(body['organizations']).toMatchObject([
      { code: 'org_acme', name: 'Acme', is_default: true },
      { code: 'org_globex', name: 'Globex', is_default: false },
    ])
  })

  it('is refused to tokens of users and of other audiences', async () => {
    const issuer = await start()
    const other = (await askMachine(issuer, { audience: reports })).body['access_token']
    const [application] = issuer.seed.applications
    application?.apis.push({ audience: 'management', scopes: ['read:users'] })
    const parameters = { audience: `${issuer.url}/api`, scope: 'openid read:users' }
    const user = await signInForTokens(issuer, { parameters })
    expect(user['scope']).toBe('openid read:users')
    for (const token of [undefined, other, user['access_token']]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { status, body } = await call(issuer, '/api/v1/users', token)
      expect([status, body['errors']]).toEqual([
        401,
        [{ code: 'INVALID_TOKEN', message: expect.any(String) }],
      ])
    }
  })
})
