import { beforeEach, describe, expect, it } from 'vitest'
import { clicked, createBrowser, fetched } from './browser.ts'
import { json, paths } from './fake-provider.ts'
import { createSite, type Site } from './site.ts'
import { navigation } from './view.ts'

let site: Site
beforeEach(async () => {
  site = await createSite()
  await site.signIn()
})
const begin = async (url: string, method = 'GET'): Promise<URLSearchParams> => {
  const { location = '' } = await site.browser.go(url, { method, headers: clicked })
  return new URL(location).searchParams
}

describe('a switch of the organization', () => {
  it('SE-04 ID-36 signs in to it with a new session and comes back to the page', async () => {
    const before = site.browser.copy()
    const { location } = await site.browser.go(
      '/auth/switch-organization?org_code=org_2&returnTo=/organizations',
      { headers: clicked },
    )
    expect(new URL(location ?? '').searchParams.get('org_code')).toBe('org_2')
    site.server.rights = { org_code: 'org_2', org_name: 'Second' }
    const outcome = await site.browser.go(await site.server.authorize(location))
    expect(outcome.location).toBe('/organizations')
    const session = await site.app.session(site.browser.view('/'))
    expect(session?.organization).toEqual({ code: 'org_2', name: 'Second' })
    expect(await site.app.session(before.view('/'))).toBeNull()
  })

  it('ID-36 is refused when the provider signed in to another, and the session stays', async () => {
    const outcome = await site.signIn(site.browser, '/auth/login?org_code=org_2')
    expect(outcome).toMatchObject({ status: 403, error: { code: 'organization_mismatch' } })
    const session = await site.app.session(site.browser.view('/'))
    expect(session?.organization?.code).toBe('org_acme')
  })

  it('works by a form of the site', async () => {
    const outcome = await site.browser.go('/auth/switch-organization?org_code=org_2', {
      method: 'POST',
      headers: clicked,
    })
    expect(outcome.status).toBe(303)
  })

  it('needs a code', async () => {
    const outcome = await site.browser.go('/auth/switch-organization', { headers: clicked })
    expect(outcome).toMatchObject({ status: 400, error: { code: 'request_invalid' } })
  })

  it.each([
    ['another site', { ...navigation, 'sec-fetch-site': 'cross-site' }, 'GET', 403],
    ['a form of another site', { ...navigation, 'sec-fetch-site': 'cross-site' }, 'POST', 403],
    ['a fetch', fetched, 'GET', 403],
    ['a fetch that posts', fetched, 'POST', 401],
    ['a prefetch', { ...clicked, 'sec-purpose': 'prefetch' }, 'GET', 403],
  ])('CS-01 CS-08 is not begun by %s', async (_name, headers, method, status) => {
    for (const route of ['switch-organization?org_code=org_2', 'create-organization']) {
      const outcome = await site.browser.go(`/auth/${route}`, { method, headers })
      expect(outcome).toMatchObject({ status, cookies: [] })
      expect(outcome.location).toBeUndefined()
    }
  })
})

describe('the creation of an organization', () => {
  it('asks the provider for one', async () => {
    const query = await begin('/auth/create-organization?org_name=New+One&org_code=org_9')
    expect(query.get('is_create_org')).toBe('true')
    expect(query.get('org_name')).toBe('New One')
    expect(query.has('org_code')).toBe(false)
  })

  it('signs in to whatever it is called', async () => {
    site.server.rights = { org_code: 'org_new' }
    await site.signIn(createBrowser(site.app))
    const { location } = await site.browser.go('/auth/create-organization', { headers: clicked })
    await site.browser.go(await site.server.authorize(location))
    const session = await site.app.session(site.browser.view('/'))
    expect(session?.organization?.code).toBe('org_new')
  })
})

describe('the portal', () => {
  const link = '/account_api/v1/portal_link'
  const portal = (url: unknown): void => void site.provider.on(link, () => json({ url }))

  it('opens with a link for the signed-in user and leads back here', async () => {
    portal('https://tenant.kinde.test/portal_redirect?key=once')
    const outcome = await site.browser.go('/auth/portal?subnav=profile&returnTo=/settings')
    expect(outcome).toMatchObject({
      status: 302,
      location: 'https://tenant.kinde.test/portal_redirect?key=once',
    })
    const [asked] = site.provider.to(link)
    expect(Object.fromEntries(asked?.url.searchParams ?? [])).toEqual({
      subnav: 'profile',
      return_url: 'https://app.example/settings',
    })
    const { getAccessToken } = await site.app.read(site.browser.view('/'))
    expect(asked?.headers.get('authorization')).toBe(`Bearer ${getAccessToken()}`)
  })

  it('sends nobody to the login', async () => {
    site.browser.jar.clear()
    const outcome = await site.browser.go('/auth/portal')
    expect(outcome.location).toMatch(/^\/auth\/login/)
  })

  it('is where a login ends that was asked for on the way to it', async () => {
    const { browser, server } = site
    browser.jar.clear()
    const { location = '' } = await browser.go('/auth/portal?subnav=profile')
    const { location: authorization } = await browser.go(location)
    const outcome = await browser.go(await server.authorize(authorization))
    expect(outcome.location).toBe('/auth/portal?subnav=profile')
  })

  it.each(['javascript:alert(1)', 'http://evil.example', '/portal', null])(
    'goes to no %j',
    async (url) => {
      portal(url)
      const outcome = await site.browser.go('/auth/portal')
      expect(outcome).toMatchObject({ status: 502, error: { code: 'provider_response_invalid' } })
    },
  )

  it('keeps the session that was renewed for it, whatever comes of it', async () => {
    site.provider.on(link, () => json({ errors: [] }, 403))
    site.wait(3600)
    const outcome = await site.browser.go('/auth/portal')
    expect(outcome).toMatchObject({ status: 502, error: { code: 'account_api_failed' } })
    expect(outcome.cookies.map(({ name }) => name)).toEqual(['__Host-trefoil.session'])
    site.wait(60)
    expect(await site.browser.open()).toMatchObject({ state: 'current' })
    expect(site.tokenCalls('refresh_token')).toBe(1)
  })

  it('leaves out a page that it does not know and a return path that is none', async () => {
    portal('https://tenant.kinde.test/portal')
    await site.browser.go('/auth/portal?subnav=evil&returnTo=//evil.example')
    const [asked] = site.provider.to(link)
    expect(Object.fromEntries(asked?.url.searchParams ?? [])).toEqual({
      return_url: 'https://app.example/',
    })
  })

  it('is not fetched', async () => {
    expect((await site.browser.go('/auth/portal', { headers: fetched })).status).toBe(401)
  })
})

describe('userinfo and the account API', () => {
  it('UI-04 describe the user and decide nothing', async () => {
    site.provider.on(paths.userinfo, () => json({ sub: 'kp_1', permissions: ['admin'] }))
    const authentication = await site.browser.open()
    expect(await site.app.userinfo(authentication)).toMatchObject({ sub: 'kp_1' })
    const { session } = await site.browser.open()
    expect(session?.permissions).toEqual(['read:reports'])
  })

  it('UI-02 refuse an answer about somebody else, and tell an outage from a refusal', async () => {
    const authentication = await site.browser.open()
    const undo = site.provider.on(paths.userinfo, () => json({ sub: 'kp_2' }))
    await expect(site.app.userinfo(authentication)).rejects.toMatchObject({
      code: 'provider_response_invalid',
    })
    undo()
    site.provider.on(paths.userinfo, () => new Response('', { status: 503 }))
    await expect(site.app.userinfo(authentication)).rejects.toMatchObject({
      code: 'provider_unavailable',
    })
  })

  it('are for who is signed in', async () => {
    const nobody = await createBrowser(site.app).open()
    await expect(site.app.userinfo(nobody)).rejects.toMatchObject({ code: 'not_authenticated' })
    await expect(site.app.account(nobody).permissions()).rejects.toMatchObject({
      code: 'not_authenticated',
    })
  })

  it('ask with the token of the session', async () => {
    const permissions = [{ id: 'p1', key: 'view_reports', name: 'View' }]
    site.provider.on('/account_api/v1/permissions', () =>
      json({ data: { permissions }, metadata: { has_more: false } }),
    )
    const account = site.app.account(await site.browser.open())
    expect(await account.permissions()).toEqual(permissions)
  })
})
