import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type FakeProvider, json, paths } from '../../core/test/fake-provider.ts'
import { type Asked, ask, bearer, read } from './ask.ts'
import { log } from './schema.ts'
import { type Running, servers } from './servers.ts'
import { setUpProvider } from './tokens.ts'

describe.each(servers)('guards on %s', (name, start) => {
  let provider: FakeProvider
  let server: Running
  const refused: string[] = []
  beforeAll(async () => {
    const { provider: made, auth } = await setUpProvider()
    provider = made
    server = await start({ auth: { ...auth, onRefused: ({ code }) => refused.push(code) } })
  })
  afterAll(() => server.close())
  beforeEach(() => {
    log.length = 0
    refused.length = 0
  })

  const as = async (claims: object | null, query: string, variables = {}): Promise<Asked> =>
    ask(
      server.url,
      query,
      claims ? bearer(await provider.accessToken({ permissions: [], scp: [], ...claims })) : {},
      variables,
    )
  const codes = ({ errors }: Asked): (string | undefined)[] =>
    errors.map(({ extensions }) => extensions?.code)

  it('lets nobody ask for what is not guarded, and denies the rest field by field', async () => {
    const asked = await as(null, '{ public me { subject } }')
    expect([asked.status, asked.data]).toEqual([200, { public: 'for everyone', me: null }])
    expect(asked.errors).toEqual([
      expect.objectContaining({
        path: ['me'],
        extensions: {
          code: 'UNAUTHENTICATED',
          reason: 'token_missing',
          wayOut: expect.stringMatching(/\w/),
        },
      }),
    ])
  })

  it('AP-12 says what is missing', async () => {
    const { data, errors } = await as({}, '{ me { kind subject organization } reports { id } }')
    const me = { kind: 'user', subject: 'kp_1', organization: 'org_acme' }
    expect(data).toEqual({ me, reports: null })
    expect(errors).toMatchObject([
      {
        path: ['reports'],
        message: 'This needs the scope read:reports.',
        extensions: {
          code: 'FORBIDDEN',
          reason: 'insufficient_scope',
          missing: { scopes: ['read:reports'] },
        },
      },
    ])
    expect(log).toEqual([])
  })

  it.each([
    ['an alias', '{ harmless: reports { id } }'],
    ['a fragment', '{ ...part } fragment part on Query { reports { id } }'],
    ['an inline fragment', '{ ... on Query { ... { reports { id } } } }'],
    ['a directive of the client', '{ reports @include(if: true) { id } }'],
    [
      'many aliases',
      `{ ${Array.from({ length: 50 }, (_, at) => `a${at}: reports { id }`).join(' ')} }`,
    ],
  ])('reaches a guarded field by %s through its guard alone', async (_way, query) => {
    const denied = await as({}, query)
    expect(new Set(codes(denied))).toEqual(new Set(['FORBIDDEN']))
    expect(log).toEqual([])
    const asked = await as({ scp: ['read:reports'] }, query)
    expect(asked.errors).toEqual([])
    expect(Object.values(asked.data ?? {})[0]).toEqual([{ id: 'r-1' }])
  })

  it('guards every field of a type, through a union and in a list', async () => {
    const query = '{ anything { ... on Secret { value } ... on Report { title } } }'
    const denied = await as({}, query)
    expect(denied.text).not.toContain('a secret')
    expect(denied.errors).toMatchObject([
      { path: ['anything', 1, 'value'], extensions: { missing: { roles: ['owner'] } } },
    ])
    const roles = [{ id: 'role_1', key: 'owner', name: 'Owner' }]
    expect((await as({ roles }, query)).text).toContain('a secret')
  })

  it('guards what implements a guarded interface, also by its own type', async () => {
    const queries = [
      '{ nodes { id } }',
      '{ node(kind: "x") { ... on Invoice { total } } }',
      '{ anything { ... on Invoice { total } } }',
    ]
    for (const query of queries) {
      expect(codes(await as({}, query))).toContain('FORBIDDEN')
      expect((await as({ permissions: ['read:nodes'] }, query)).errors).toEqual([])
    }
  })

  it('guards a field of an interface in what implements it', async () => {
    for (const query of [
      '{ audited { log } }',
      '{ team { log } }',
      '{ audited { ... on Team { log } } }',
    ]) {
      const asked = await as({}, query)
      expect(asked.text).not.toContain('a log')
      expect(codes(asked)).toEqual(['FORBIDDEN'])
      expect((await as({ permissions: ['read:log'] }, query)).text).toContain('a log')
    }
  })

  it('guards a field deep inside, for each member of a list', async () => {
    const query = '{ team { name members { name email } } }'
    const { data, errors } = await as({}, query)
    expect(data).toMatchObject({ team: { members: [{ name: 'Olivia', email: null }] } })
    expect(errors).toMatchObject([{ path: ['team', 'members', 0, 'email'] }])
    expect((await as({ permissions: ['read:email'] }, query)).errors).toEqual([])
  })

  it('guards a mutation before its resolver runs, whatever its input', async () => {
    const query = 'mutation ($input: RenameInput!) { rename(input: $input) }'
    const variables = { input: { id: 'r-1', title: 'New' } }
    expect(codes(await as({}, query, variables))).toEqual(['FORBIDDEN'])
    expect(codes(await as(null, query, variables))).toEqual(['UNAUTHENTICATED'])
    expect(log).toEqual([])
    const asked = await as({ permissions: ['write:reports'] }, query, variables)
    expect(asked.data).toEqual({ rename: 'New' })
  })

  it('runs no mutation by GET', async () => {
    const token = await provider.accessToken({ permissions: ['write:reports'] })
    const query = 'mutation { rename(input: { id: "r-1", title: "New" }) }'
    const url = `${server.url}/graphql?${new URLSearchParams({ query }).toString()}`
    const headers = { ...bearer(token), 'apollo-require-preflight': 'yes' }
    expect((await fetch(url, { headers })).status).toBe(405)
    expect(log).toEqual([])
  })

  it('guards a query by GET', async () => {
    const query = new URLSearchParams({ query: '{ reports { id } }' }).toString()
    const get = async (headers: Record<string, string>): Promise<Asked> =>
      read(
        await fetch(`${server.url}/graphql?${query}`, {
          headers: { 'apollo-require-preflight': 'yes', ...headers },
        }),
      )
    expect(codes(await get({}))).toEqual(['UNAUTHENTICATED'])
    expect((await get(bearer('broken'))).status).toBe(401)
    const good = bearer(await provider.accessToken({ scp: ['read:reports'] }))
    expect((await get(good)).data).toEqual({ reports: [{ id: 'r-1' }] })
  })

  it('guards a resolver that is wrapped', async () => {
    expect(codes(await as(null, '{ wrapped }'))).toEqual(['UNAUTHENTICATED'])
    expect(codes(await as({}, '{ wrapped }'))).toEqual(['FORBIDDEN'])
    const roles = [{ id: 'role_1', key: 'owner', name: 'Owner' }]
    expect((await as({ roles }, '{ wrapped }')).data).toEqual({ wrapped: 'user' })
  })

  it('tells a machine from a user', async () => {
    const machine = { sub: undefined, gty: ['client_credentials'], scp: ['read:reports'] }
    const asked = await as(machine, '{ me { kind subject } reports { id } }')
    expect(asked.data).toMatchObject({ me: { kind: 'machine', subject: null } })
    expect(asked.errors).toEqual([])
    // RFC 9068 section 2.2: the subject of such a token may be the application itself.
    const named = { sub: 'app_1', client_id: 'app_1' }
    expect((await as(named, '{ me { kind subject } }')).data).toEqual({
      me: { kind: 'machine', subject: 'app_1' },
    })
  })

  it.each([
    ['a broken one', async () => 'broken'],
    ['an expired one', async () => provider.accessToken({ exp: 1 })],
    ['one of another API', async () => provider.accessToken({ aud: ['https://other.example'] })],
    ['an ID token', async () => provider.idToken({ aud: ['https://api.example'] })],
  ])('executes nothing with a bad token, not even what nobody may: %s', async (_name, make) => {
    const asked = await ask(server.url, 'mutation { open }', bearer(await make()))
    expect([asked.status, asked.data]).toEqual([401, undefined])
    expect(asked.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    expect(asked.headers.get('cache-control')).toBe('private, no-store')
    expect(asked.errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED', reason: 'token_invalid' } },
    ])
    expect(asked.errors[0]?.extensions).not.toHaveProperty('http')
    expect([log, refused]).toEqual([[], ['token_invalid']])
  })

  it('answers introspection with a bad token by 401 as well', async () => {
    const asked = await ask(server.url, '{ __schema { types { name } } }', bearer('broken'))
    expect([asked.status, asked.data]).toEqual([401, undefined])
  })

  it('KS-06 answers 503 while the keys cannot be had, and executes nothing', async () => {
    const { provider: other, auth } = await setUpProvider()
    const down = await start({ auth })
    try {
      const undo = other.on(paths.jwks, () => json({}, 400))
      const token = bearer(await other.accessToken())
      const asked = await ask(down.url, 'mutation { open }', token)
      expect([asked.status, asked.headers.get('retry-after'), log]).toEqual([503, '5', []])
      expect(codes(asked)).toEqual(['SERVICE_UNAVAILABLE'])
      undo()
      expect((await ask(down.url, '{ me { subject } }', token)).errors).toEqual([])
    } finally {
      await down.close()
    }
  })

  it('AP-01 refuses nobody before anything is executed where somebody is required', async () => {
    const { provider: other, auth } = await setUpProvider()
    const strict = await start({ auth: { ...auth, required: true } })
    try {
      const asked = await ask(strict.url, 'mutation { open }')
      expect([asked.status, asked.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
      expect(log).toEqual([])
      const good = await ask(strict.url, '{ public }', bearer(await other.accessToken()))
      expect(good.data).toEqual({ public: 'for everyone' })
    } finally {
      await strict.close()
    }
  })

  it('keeps the problems of its configuration to the log', async () => {
    const errors: Error[] = []
    const auth = {
      issuer: 'http://localhost:1',
      env: {},
      onRefused: (error: Error) => void errors.push(error),
    }
    const broken = await start({ auth })
    try {
      const asked = await ask(broken.url, '{ public }', bearer('a.b.c'))
      expect([asked.status, asked.errors[0]?.message]).toEqual([
        500,
        'The configuration has problems.',
      ])
      expect(asked.text).not.toContain('audience')
      expect(errors[0]?.message).toContain('KINDE_AUDIENCE')
    } finally {
      await broken.close()
    }
  })

  if (name !== 'Apollo Server') return

  it('guards each operation of a batch', async () => {
    const post = async (headers: Record<string, string>): Promise<Response> =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify([{ query: '{ public }' }, { query: '{ reports { id } }' }]),
      })
    const answers: { data: object; errors?: { extensions: { code: string } }[] }[] = await (
      await post({})
    ).json()
    expect(answers.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual([
      undefined,
      'UNAUTHENTICATED',
    ])
    expect((await post(bearer('broken'))).status).toBe(401)
    expect(log).toEqual([])
  })
})
