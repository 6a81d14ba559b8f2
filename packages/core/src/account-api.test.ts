import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Client, createClient, expectNothingOf, failureOf } from '../test/client.ts'
import { type Answer, json } from '../test/fake-provider.ts'
import { type AccountApi, createAccountApi } from './account-api.ts'

const base = '/account_api/v1'
const issuer = 'https://tenant.kinde.test'

describe('the account API', () => {
  let client: Client
  let account: AccountApi
  beforeEach(async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    client = await createClient()
    account = createAccountApi(client.provider, () => 'access-7')
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const serve = (path: string, member: string, pages: unknown[][]): void => {
    client.fake.on(`${base}/${path}`, ({ url }) => {
      const page = Number(url.searchParams.get('starting_after') ?? 0)
      const hasMore = page < pages.length - 1
      const metadata = { has_more: hasMore, next_page_starting_after: hasMore ? `${page + 1}` : '' }
      return json({ data: { org_code: 'org_1', [member]: pages[page] }, metadata })
    })
  }

  it('reads permissions and roles to the end of the list', async () => {
    const entries = [{ id: 'p1', key: 'a', name: 'A' }, { key: 'b' }, { id: 3, key: 'c', name: 1 }]
    for (const name of ['permissions', 'roles'] as const) {
      serve(name, name, [entries.slice(0, 2), entries.slice(2)])
      expect(await account[name]()).toEqual([
        { id: 'p1', key: 'a', name: 'A' },
        { id: 'b', key: 'b', name: null },
        { id: 'c', key: 'c', name: null },
      ])
    }
  })

  it('asks with the access token in the header alone', async () => {
    serve('roles', 'roles', [[]])
    await account.roles()
    const [request] = client.fake.to(`${base}/roles`)
    expect(request?.headers.get('authorization')).toBe('Bearer access-7')
    expect(request?.url.href).toBe(`${issuer}${base}/roles?page_size=100`)
  })

  it('reads flags of every type', async () => {
    const values = [true, 'pink', 3, { a: [1, { b: null }] }, null]
    const flags = values.map((value, index) => ({
      id: `f${index}`,
      key: `k${index}`,
      type: 't',
      value,
    }))
    serve('feature_flags', 'feature_flags', [flags])
    expect((await account.featureFlags()).map(({ value }) => value)).toEqual(values)
  })

  it('reads entitlements, and one of them', async () => {
    const entry = { feature_key: 'seats', feature_name: 'Seats', entitlement_limit_max: 10 }
    serve('entitlements', 'entitlements', [
      [entry],
      [{ feature_key: 'exports', entitlement_limit_max: '10', entitlement_limit_min: 0 }],
    ])
    const seats = { featureKey: 'seats', featureName: 'Seats', limitMax: 10, limitMin: null }
    expect(await account.entitlements()).toEqual([
      seats,
      { featureKey: 'exports', featureName: null, limitMax: null, limitMin: 0 },
    ])
    expect(await account.entitlement('seats')).toEqual(seats)
    expect(await account.entitlement('other')).toBeUndefined()
  })

  it('gives up on a list without an end', async () => {
    client.fake.on(`${base}/roles`, () =>
      json({ data: { roles: [] }, metadata: { has_more: true, next_page_starting_after: 'x' } }),
    )
    expect(await failureOf(account.roles())).toMatchObject({ code: 'provider_response_invalid' })
    expect(client.fake.requests).toHaveLength(100)
  })

  it.each<[string, Answer, string]>([
    [
      '401',
      () => json({ errors: [{ code: 'x', message: 'private-1' }] }, 401),
      'account_api_failed',
    ],
    ['403', () => json({ errors: [] }, 403), 'account_api_failed'],
    ['404', () => json({}, 404), 'account_api_failed'],
    ['500', () => json({}, 500), 'provider_unavailable'],
    ['HTML', () => new Response('<p>private-1'), 'provider_response_invalid'],
    ['a list', () => json([]), 'provider_response_invalid'],
    ['no data', () => json({}), 'provider_response_invalid'],
    ['data that is no list', () => json({ data: { roles: {} } }), 'provider_response_invalid'],
    ['an entry without a key', () => json({ data: { roles: [{}] } }), 'provider_response_invalid'],
    ['an entry that is null', () => json({ data: { roles: [null] } }), 'provider_response_invalid'],
    ['a redirect', () => Response.redirect('https://evil.test'), 'provider_response_invalid'],
    ['more than 1 MiB', () => json({ more: 'x'.repeat(1_100_000) }), 'provider_response_invalid'],
  ])('answered with %s is an error without its text', async (_name, answer, code) => {
    client.fake.on(`${base}/roles`, answer)
    const error = await failureOf(account.roles())
    expect(error.code).toBe(code)
    expectNothingOf(error, ['private-1', 'access-7'])
    expect(client.fake.requests.every(({ url }) => url.host === 'tenant.kinde.test')).toBe(true)
  })

  it('says that it is not offered by another provider, and sends the token nowhere', async () => {
    const other = await createClient({ preset: 'oidc' })
    const error = await failureOf(createAccountApi(other.provider, () => 'access-7').roles())
    expect(error.code).toBe('feature_unavailable')
    expect(other.fake.requests).toEqual([])
  })

  describe('gives a link to the portal', () => {
    const ask = async (url: unknown): Promise<URL> => {
      client.fake.on(`${base}/portal_link`, () => json({ url }))
      return account.portalLink({
        returnUrl: 'https://app.example/x?a=b&c=d',
        page: 'plan_details',
      })
    }

    it.each([`${issuer}/portal_redirect?key=k`, 'https://tenant.kinde.com/portal_redirect?key=k'])(
      'to %s',
      async (url) => {
        expect((await ask(url)).href).toBe(url)
        const [request] = client.fake.requests
        expect(Object.fromEntries(request?.url.searchParams ?? [])).toEqual({
          return_url: 'https://app.example/x?a=b&c=d',
          subnav: 'plan_details',
        })
      },
    )

    it.each([
      'https://evil.test/portal',
      'https://tenant.kinde.test.evil.test/portal',
      'https://tenant.kinde.test:444/portal',
      'https://evilkinde.com/portal',
      'https://user:private-1@tenant.kinde.test/portal',
      'http://tenant.kinde.test/portal',
      'http://tenant.kinde.com/portal',
      'javascript:alert(1)',
      'data:text/html,x',
      '/portal_redirect?key=k',
      '',
      1,
      undefined,
    ])('and refuses %j', async (url) => {
      const error = await failureOf(ask(url))
      expect(error.code).toBe('provider_response_invalid')
      expectNothingOf(error, ['private-1', 'evil'])
    })
  })
})
