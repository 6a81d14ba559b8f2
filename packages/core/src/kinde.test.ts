import type { JWTPayload } from 'jose'
import { describe, expect, it } from 'vitest'
import type { Metadata } from './discovery.ts'
import {
  kinde,
  oidc,
  presets,
  readOrganizations,
  readRights,
  readScopes,
  splitScope,
  toAudience,
} from './kinde.ts'

const issuer = 'https://tenant.kinde.com'
const clientId = 'dee7f3c57b3c47e8b96edde2c7ecab7d'

// KINDE-PROTOCOL section 5, as Kinde prints it.
const accessToken: JWTPayload = {
  aud: ['myapp:prod-api'],
  azp: clientId,
  exp: 1_693_371_599,
  iat: 1_693_285_199,
  iss: issuer,
  jti: 'fbb6bc62',
  org_code: 'org_xxxxxxxxx',
  permissions: ['create:competitions', 'view:stats'],
  feature_flags: { analytics: { t: 'b', v: true }, theme: { t: 's', v: 'pink' } },
  scp: ['openid', 'profile', 'email', 'offline'],
  sub: 'kp_xxxxxxxxx',
}

// KINDE-PROTOCOL section 7.
const machineToken: JWTPayload = {
  aud: ['your-api-audience'],
  azp: 'd4d3c5b7',
  gty: ['client_credentials'],
  scope: 'read:users write:flags',
  scp: ['read:users', 'write:flags'],
  org_code: 'org_ba4a2311eb1',
  v: '2',
}

describe("rights read from Kinde's claims", () => {
  it('are those of an access token', () => {
    expect(readRights(accessToken)).toEqual({
      organization: { code: 'org_xxxxxxxxx', name: null },
      permissions: ['create:competitions', 'view:stats'],
      roles: [],
      flags: { analytics: true, theme: 'pink' },
      scopes: ['openid', 'profile', 'email', 'offline'],
    })
  })

  it('are those of a machine', () => {
    expect(readRights(machineToken)).toEqual({
      organization: { code: 'org_ba4a2311eb1', name: null },
      permissions: [],
      roles: [],
      flags: {},
      scopes: ['read:users', 'write:flags'],
    })
  })

  it('have the keys of roles, which Kinde lists as objects and others as texts', () => {
    const roles = [{ id: 'r1', key: 'owner', name: 'Owner' }, 'member', '', 7, null, {}, { key: 7 }]
    expect(readRights({ roles }).roles).toEqual(['owner', 'member'])
    expect(readRights({ roles: { key: 'owner' } }).roles).toEqual([])
    expect(readRights({ roles: 'owner' }).roles).toEqual([])
  })

  it('have the name of the organization where the token tells it', () => {
    expect(readRights({ org_code: 'org_1', org_name: 'Acme' }).organization).toEqual({
      code: 'org_1',
      name: 'Acme',
    })
    expect(readRights({ org_code: 'org_1', org_name: 7 }).organization?.name).toBeNull()
  })

  it('are found under the names of the Hasura mapping', () => {
    const claims = {
      'x-hasura-permissions': ['p'],
      'x-hasura-roles': [{ key: 'r' }],
      'x-hasura-org-code': 'org_1',
      'x-hasura-org-name': 'Acme',
      'x-hasura-feature-flags': { f: { t: 'b', v: true } },
    }
    expect(readRights(claims)).toEqual({
      organization: { code: 'org_1', name: 'Acme' },
      permissions: ['p'],
      roles: ['r'],
      flags: { f: true },
      scopes: [],
    })
    expect(readRights({ ...claims, permissions: [] }).permissions).toEqual([])
  })

  it.each<JWTPayload>([
    {},
    { permissions: 'admin', roles: 'admin', org_code: 7, feature_flags: 'beta', scp: { a: true } },
    { permissions: { admin: true }, roles: {}, org_code: '', feature_flags: [], scope: ['a'] },
    { permissions: null, roles: null, org_code: null, feature_flags: null, scp: null, scope: null },
    {
      permissions: [7, null, ['admin']],
      roles: [['admin']],
      org_code: ['a'],
      feature_flags: { a: true },
    },
  ])('AP-12 are none where claims have an unexpected shape: %j', (claims) => {
    expect(readRights(claims)).toEqual({
      organization: null,
      permissions: [],
      roles: [],
      flags: {},
      scopes: [],
    })
  })

  it('AP-16 ID-31 take __proto__ for data', () => {
    const claims: JWTPayload = JSON.parse(
      '{"__proto__":{"permissions":["admin"]},"feature_flags":{"__proto__":{"t":"b","v":true},"constructor":{"t":"b","v":true}}}',
    )
    const rights = readRights(claims)
    expect(rights.permissions).toEqual([])
    expect(Object.keys(rights.flags).sort()).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(rights.flags)).toBe(Object.prototype)
    expect(Object.hasOwn({}, 't')).toBe(false)
  })
})

describe('a feature flag', () => {
  const valueOf = (flag: unknown): unknown => readRights({ feature_flags: { flag } }).flags['flag']

  it.each([
    [{ t: 'b', v: true }, true],
    [{ t: 'b', v: false }, false],
    [{ t: 's', v: 'pink' }, 'pink'],
    [{ t: 's', v: '' }, ''],
    [{ t: 'i', v: 7 }, 7],
    [{ t: 'j', v: { a: [1] } }, { a: [1] }],
    [{ t: 'j', v: null }, null],
    [{ t: 'j', v: 'text' }, 'text'],
  ])('of %j has the value %j', (flag, value) => expect(valueOf(flag)).toEqual(value))

  it.each([
    [{ t: 'b', v: 'true' }],
    [{ t: 'b', v: 1 }],
    [{ t: 's', v: true }],
    [{ t: 'i', v: '7' }],
    [{ t: 'i', v: 7.5 }],
    [{ t: 'j' }],
    [{ t: 'x', v: true }],
    [{ v: true }],
    [{ t: ['b'], v: true }],
    [true],
    [[{ t: 'b', v: true }]],
    [null],
  ])('of %j is left out, because its value is not of the declared type', (flag) =>
    expect(Object.keys(readRights({ feature_flags: { flag } }).flags)).toEqual([]),
  )
})

describe('scopes', () => {
  it.each<[JWTPayload, string[]]>([
    [{ scp: ['a', 'b'], scope: 'c' }, ['a', 'b']],
    [{ scp: [], scope: 'c' }, []],
    [{ scp: 'a b' }, ['a', 'b']],
    [{ scope: 'read:users  write:flags ' }, ['read:users', 'write:flags']],
    [{ scope: '' }, []],
    [{ scp: '', scope: 'c' }, ['c']],
    [{ scp: ['a', 7] }, ['a']],
    [{}, []],
  ])('AP-12 of %j are %j', (claims, scopes) => expect(readScopes(claims)).toEqual(scopes))

  it('are split at spaces alone', () => {
    expect(splitScope(' a  b,c\td ')).toEqual(['a', 'b,c\td'])
  })
})

describe('the organizations of a user', () => {
  it('are the named ones and those that are known by their code alone', () => {
    const claims = {
      organizations: [
        { id: 'org_1', name: 'Acme' },
        { code: 'org_2' },
        { name: 'nobody' },
        'org_9',
      ],
      org_codes: ['org_1', 'org_3'],
    }
    expect(readOrganizations(claims)).toEqual([
      { code: 'org_1', name: 'Acme' },
      { code: 'org_2', name: null },
      { code: 'org_3', name: null },
    ])
  })

  it('are found under the names of the Hasura mapping', () => {
    const claims = {
      'x-hasura-organizations': [{ id: 'org_1', name: 'Acme' }],
      'x-hasura-org-codes': ['org_2'],
    }
    expect(readOrganizations(claims).map(({ code }) => code)).toEqual(['org_1', 'org_2'])
  })

  it('are none where claims have an unexpected shape', () => {
    expect(readOrganizations({ organizations: 'org_1', org_codes: 'org_1' })).toEqual([])
    expect(readOrganizations({})).toEqual([])
  })
})

describe('an audience', () => {
  it('is a text or a list', () => {
    expect([toAudience('a'), toAudience(['a', 'b']), toAudience(undefined)]).toEqual([
      ['a'],
      ['a', 'b'],
      [],
    ])
  })

  const client = { issuer, clientId }

  it.each<[string, JWTPayload]>([
    ['the client', { aud: [clientId], azp: clientId }],
    ['the client as a text', { aud: clientId }],
    ['issuer and client', { aud: [issuer, clientId], azp: clientId }],
    ['the issuer, with the client as azp', { aud: [issuer], azp: clientId }],
    ['the issuer as a text, with the client as azp', { aud: issuer, azp: clientId }],
  ])('ID-04 of Kinde can be %s (KINDE-PROTOCOL section 6)', (_name, claims) => {
    expect(kinde.isForClient(claims, client)).toBe(true)
  })

  it.each<[string, JWTPayload]>([
    ['missing', {}],
    ['empty', { aud: [], azp: clientId }],
    ['the issuer alone', { aud: [issuer] }],
    ['the issuer, with another client as azp', { aud: [issuer], azp: 'other' }],
    ['ID-06 the client, with another one as azp', { aud: [clientId], azp: 'other' }],
    ['ID-06 the client, with an azp of another kind', { aud: [clientId], azp: [clientId] }],
    ['another issuer, with the client as azp', { aud: [`${issuer}.evil.example`], azp: clientId }],
    ['the client with more behind it', { aud: [`${clientId}x`], azp: clientId }],
    ['an API', { aud: ['https://api.example'], azp: clientId }],
  ])('ID-03 of Kinde may not be %s', (_name, claims) => {
    expect(kinde.isForClient(claims, client)).toBe(false)
  })

  it.each<[string, JWTPayload]>([
    ['the client', { aud: clientId }],
    ['a list of the client', { aud: [clientId] }],
    ['the client, named as azp too', { aud: [clientId], azp: clientId }],
    ['several, with the client as azp', { aud: ['other', clientId], azp: clientId }],
  ])('ID-04 of any other provider can be %s', (_name, claims) => {
    expect(oidc.isForClient(claims, client)).toBe(true)
  })

  it.each<[string, JWTPayload]>([
    ['missing', {}],
    ['the issuer, with the client as azp', { aud: [issuer], azp: clientId }],
    ['several without azp', { aud: ['other', clientId] }],
    ['ID-06 the client, with another one as azp', { aud: [clientId], azp: 'other' }],
    ['others', { aud: ['other'], azp: clientId }],
  ])('ID-03 of any other provider may not be %s', (_name, claims) => {
    expect(oidc.isForClient(claims, client)).toBe(false)
  })
})

describe('a logout at the provider', () => {
  const metadata: Metadata = {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/auth`,
    token_endpoint: `${issuer}/oauth2/token`,
    jwks_uri: `${issuer}/.well-known/jwks`,
  }
  const request = { clientId, returnTo: 'https://app.example/?a=b&c', idToken: 'id-token' }

  it('of Kinde is told where to return, and nothing of the user (KINDE-PROTOCOL section 1)', () => {
    const expected = `${issuer}/logout?redirect=https%3A%2F%2Fapp.example%2F%3Fa%3Db%26c`
    expect(kinde.logoutUrl(metadata, request)?.href).toBe(expected)
    const own = { ...metadata, end_session_endpoint: `${issuer}/end?all_sessions=true` }
    expect(kinde.logoutUrl(own, request)?.href).toBe(
      `${issuer}/end?all_sessions=true&redirect=https%3A%2F%2Fapp.example%2F%3Fa%3Db%26c`,
    )
  })

  it('of any other provider follows RP-Initiated Logout', () => {
    const own = { ...metadata, end_session_endpoint: `${issuer}/end` }
    expect(Object.fromEntries(oidc.logoutUrl(own, request)?.searchParams ?? [])).toEqual({
      client_id: clientId,
      post_logout_redirect_uri: request.returnTo,
      id_token_hint: 'id-token',
    })
    const without = oidc.logoutUrl(own, { ...request, idToken: undefined })
    expect(without?.searchParams.has('id_token_hint')).toBe(false)
  })

  it('MD-09 is none where the provider has no such endpoint', () => {
    expect(oidc.logoutUrl(metadata, request)).toBeUndefined()
  })
})

describe('a preset', () => {
  it('AR-24 knows what asks for a refresh token', () => {
    for (const preset of Object.values(presets)) {
      expect(preset.scopes).toContain(preset.offlineScope)
      expect(preset.scopes[0]).toBe('openid')
    }
    expect([kinde.offlineScope, oidc.offlineScope]).toEqual(['offline', 'offline_access'])
  })

  it('is known by its name, and says where rights and access tokens differ', () => {
    expect([presets.kinde, presets.oidc]).toEqual([kinde, oidc])
    expect(kinde).toMatchObject({
      name: 'kinde',
      scopes: ['openid', 'profile', 'email', 'offline'],
      rightsFrom: 'access_token',
      accessTokenProfile: 'jwt',
      keepsIdToken: false,
    })
    expect(oidc).toMatchObject({
      name: 'oidc',
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      rightsFrom: 'id_token',
      accessTokenProfile: 'rfc9068',
      keepsIdToken: true,
    })
  })

  it('ID-18 ID-19 takes asymmetric signatures alone', () => {
    for (const { algorithms } of Object.values(presets)) {
      expect(algorithms.filter((name) => /^(none|HS)/i.test(name))).toEqual([])
    }
    expect(kinde.algorithms).toEqual(['RS256'])
    expect(oidc.algorithms).toEqual(['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'])
  })

  it('AR-04 lets these parameters of a login route go on, and no other', () => {
    const own =
      'org_code org_name login_hint prompt lang connection_id plan_interest pricing_table_key ' +
      'invitation_code reauth_state workflow_deployment_id pages_mode'
    const attribution =
      'utm_source utm_medium utm_campaign utm_content utm_term gclid fbclid msclkid'
    expect(kinde.parameters).toEqual(`${own} ${attribution}`.split(' '))
    expect(oidc.parameters).toEqual(
      'login_hint prompt ui_locales acr_values max_age display'.split(' '),
    )
  })

  it.each([
    'client_id',
    'redirect_uri',
    'response_type',
    'response_mode',
    'state',
    'nonce',
    'scope',
    'audience',
    'code_challenge',
    'request',
    'request_uri',
    'is_create_org',
  ])('AR-04 lets no query set %s', (name) => {
    expect(kinde.parameters).not.toContain(name)
    expect(oidc.parameters).not.toContain(name)
  })
})
