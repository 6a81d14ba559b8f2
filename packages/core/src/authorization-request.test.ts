import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Client, createClient } from '../test/client.ts'
import {
  buildAuthorizationUrl,
  type LoginRequest,
  readParameters,
  startTransaction,
} from './authorization-request.ts'
import { ConfigurationError } from './errors.ts'
import { kinde, oidc } from './kinde.ts'
import type { LoginTransaction } from './login-transaction.ts'

const login: LoginRequest = {
  intent: 'login',
  origin: 'https://app.example',
  returnTo: '/',
  parameters: {},
}

describe('an authorization request', () => {
  let client: Client
  beforeEach(async () => {
    client = await createClient()
  })

  const build = async (
    changes: Partial<LoginRequest> = {},
    { config, provider } = client,
  ): Promise<{ url: URL; query: URLSearchParams; transaction: LoginTransaction }> => {
    const request = { ...login, ...changes }
    const transaction = startTransaction(request, config)
    const url = await buildAuthorizationUrl(transaction, request, config, provider)
    return { url, query: url.searchParams, transaction }
  }

  it('AR-01 asks for a code with PKCE S256, state and nonce', async () => {
    const { url, query, transaction } = await build()
    expect(url.origin + url.pathname).toBe('https://tenant.kinde.test/oauth2/auth')
    expect(Object.fromEntries(query)).toEqual({
      client_id: 'client-1',
      redirect_uri: 'https://app.example/auth/callback',
      response_type: 'code',
      scope: 'openid profile email offline',
      state: transaction.state,
      nonce: transaction.nonce,
      code_challenge: createHash('sha256').update(transaction.codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
  })

  it('AR-01 never repeats a random value, each of 256 bits, over thousands of attempts', () => {
    const seen = new Set<string>()
    for (let round = 0; round < 4000; round++) {
      const { state, nonce, codeVerifier } = startTransaction(login, client.config)
      for (const value of [state, nonce, codeVerifier]) {
        expect(value).toMatch(/^[\w-]{43}$/)
        seen.add(value)
      }
    }
    expect(seen.size).toBe(12_000)
  })

  it.each([undefined, [], ['plain'], 'plain'])(
    'AR-02 MD-11 sends S256 also when the metadata offer %j',
    async (offered) => {
      client.fake.metadata['code_challenge_methods_supported'] = offered
      expect((await build()).query.get('code_challenge_method')).toBe('S256')
    },
  )

  it.each([
    'redirect_uri',
    'client_id',
    'response_type',
    'state',
    'nonce',
    'code_challenge',
    'code_challenge_method',
    'scope',
  ])('AR-04 says %s itself, once, whatever came in', async (name) => {
    const { query } = await build({ parameters: { [name]: 'evil' } })
    expect(query.getAll(name)).toHaveLength(1)
    expect(query.get(name)).not.toContain('evil')
  })

  it('AR-05 encodes every value, so none becomes a parameter of its own', async () => {
    const hint = 'a&client_id=evil&scope=admin#x%26state=evil'
    const { url, query } = await build({
      parameters: { login_hint: hint },
      returnTo: '/?x&state=e',
    })
    expect(query.get('login_hint')).toBe(hint)
    expect(query.getAll('client_id')).toEqual(['client-1'])
    expect(url.hash).toBe('')
    expect(url.href).not.toContain('state=e&')
  })

  it('AR-15 keeps the return path out of the URL, and state opaque', async () => {
    const { url, transaction } = await build({ returnTo: '/secret-place?id=42' })
    expect(transaction.returnTo).toBe('/secret-place?id=42')
    expect(url.href).not.toContain('secret-place')
    expect(url.href).not.toContain(transaction.codeVerifier)
  })

  it('AR-24 asks Kinde for offline, whichever name the configuration has', async () => {
    const kindeScope = await createClient({ scope: 'openid offline_access' })
    expect((await build({}, kindeScope)).query.get('scope')).toBe('openid offline')
    const other = await createClient({ preset: 'oidc', scope: 'openid offline' })
    expect((await build({}, other)).query.get('scope')).toBe('openid offline_access')
  })

  it('keeps the query that the endpoint has', async () => {
    client.fake.metadata['authorization_endpoint'] = 'https://tenant.kinde.test/auth?tenant=one'
    const { query } = await build()
    expect([query.get('tenant'), query.get('client_id')]).toEqual(['one', 'client-1'])
  })

  it('repeats audience for each API', async () => {
    const two = await createClient({ audience: ['https://a.example', 'https://b.example'] })
    expect((await build({}, two)).query.getAll('audience')).toEqual([
      'https://a.example',
      'https://b.example',
    ])
  })

  it.each([
    ['register', {}, { prompt: 'create' }],
    ['register', { prompt: 'none' }, { prompt: 'create' }],
    ['create-organization', { org_name: 'Acme' }, { is_create_org: 'true', org_name: 'Acme' }],
    ['switch-organization', { org_code: 'org_1' }, { org_code: 'org_1' }],
    ['login', { invitation_code: 'i' }, { invitation_code: 'i', is_invitation: 'true' }],
  ] as const)('of the intent %s with %j says %j', async (intent, parameters, expected) => {
    const { query } = await build({ intent, parameters })
    expect(Object.fromEntries(query)).toMatchObject(expected)
  })

  describe('remembers what the answer must keep', () => {
    it.each(['login', 'register', 'switch-organization'] as const)(
      'ID-36 the organization of the intent %s',
      (intent) => {
        const parameters = { org_code: 'org_1' }
        expect(startTransaction({ ...login, intent, parameters }, client.config)).toMatchObject({
          organization: 'org_1',
        })
      },
    )

    it('no organization when one is to be created', () => {
      const request = {
        ...login,
        intent: 'create-organization',
        parameters: { org_code: 'o' },
      } as const
      expect(startTransaction(request, client.config)).not.toHaveProperty('organization')
    })

    it('ID-16 ID-17 max_age and acr_values of the query', () => {
      const parameters = { max_age: '0', acr_values: 'mfa' }
      expect(startTransaction({ ...login, parameters }, client.config)).toMatchObject({
        maxAge: 0,
        acrValues: 'mfa',
      })
    })

    it('ID-16 ID-17 those that the operator demands, which no query can lower', async () => {
      const authorizationParameters = { max_age: '300', acr_values: 'mfa', org_code: 'org_1' }
      const strict = await createClient({ authorizationParameters })
      const parameters = { max_age: '99999', acr_values: 'password', org_code: 'org_2' }
      const { query, transaction } = await build({ parameters }, strict)
      expect(Object.fromEntries(query)).toMatchObject(authorizationParameters)
      expect(transaction).toMatchObject({ maxAge: 300, acrValues: 'mfa', organization: 'org_1' })
    })

    it.each(['soon', '-1', '1.5', '', '1e3'])(
      'ID-16 a max_age %j in the configuration is a problem, not a check that is left out',
      async (max_age) => {
        const { config } = await createClient({ authorizationParameters: { max_age } })
        expect(() => startTransaction(login, config)).toThrow(ConfigurationError)
      },
    )
  })
})

describe('the parameters of a login route', () => {
  const read = (query: string, allowed = kinde.parameters): Record<string, string> =>
    readParameters(new URLSearchParams(query), allowed)

  it('AR-04 are those of a list', () => {
    const query = 'prompt=login&login_hint=a&redirect_uri=x&state=y&response_mode=fragment&foo=1'
    expect(read(query)).toEqual({ prompt: 'login', login_hint: 'a' })
  })

  it.each([kinde, oidc])(
    'AR-04 never name what the request says itself: $name',
    ({ parameters }) => {
      const own =
        /^(client_|redirect_uri|response_|state|nonce|code_|scope|request|audience|resource)/
      expect(parameters.filter((name) => own.test(name))).toEqual([])
    },
  )

  it.each(['none', 'login', 'create', 'consent', 'select_account'])(
    'take the prompt %s',
    (value) => {
      expect(read(`prompt=${value}`)).toEqual({ prompt: value })
    },
  )

  it.each([
    'prompt=evil',
    'prompt=login%20none',
    'prompt=',
    'login_hint=',
    `login_hint=${'a'.repeat(513)}`,
    'login_hint=a%0d%0ab',
    'login_hint=a%00b',
    'login_hint=%7f',
    'lang=%c2%85',
  ])('AR-04 AR-16 leave out %.40s', (query) => {
    expect(read(query)).toEqual({})
  })

  it.each(['max_age=soon', 'max_age=-1', 'max_age=1e9', 'max_age=9999999999', 'max_age=1.5'])(
    'ID-16 leave out %s, so that it is not sent without being checked',
    (query) => {
      expect(read(query, oidc.parameters)).toEqual({})
      expect(read('max_age=300', oidc.parameters)).toEqual({ max_age: '300' })
    },
  )

  it('AR-06 take the first of two', () => {
    expect(read('org_code=a&org_code=b')).toEqual({ org_code: 'a' })
  })

  it('read __proto__ as nothing', () => {
    expect(Object.keys(read('__proto__=x&constructor=y'))).toEqual([])
  })
})
