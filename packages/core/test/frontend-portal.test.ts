import { beforeEach, describe, expect, it } from 'vitest'
import { json } from './fake-provider.ts'
import { type Browser, createBrowser, type Tab } from './tabs.ts'

const path = '/account_api/v1/portal_link'
const issuer = 'https://tenant.kinde.test'
let browser: Browser

beforeEach(async () => {
  browser = await createBrowser({ postLoginPath: '/home' })
  browser.provider.on(path, () => json({ url: `${issuer}/portal_redirect?key=k` }))
})

const asked = (): URL[] => browser.provider.to(path).map(({ url }) => new URL(url))

describe('the portal in a front-end app', () => {
  it('asks with the access token and goes to the link', async () => {
    const tab = await browser.signIn()
    await tab.app.openPortal({ page: 'plan_details', returnTo: '/dashboard?tab=plan' })
    expect(tab.destination()).toBe(`${issuer}/portal_redirect?key=k`)
    const [request] = browser.provider.to(path)
    expect(request?.headers.get('authorization')).toBe(`Bearer ${await tab.app.getAccessToken()}`)
    expect(Object.fromEntries(asked()[0]?.searchParams ?? [])).toEqual({
      return_url: 'https://app.example/dashboard?tab=plan',
      subnav: 'plan_details',
    })
  })

  it.each([[undefined], ['https://evil.test/'], ['//evil.test']])(
    'leads back to where a sign-in ends when returnTo is %s',
    async (returnTo) => {
      const tab = await browser.signIn()
      await tab.app.openPortal(returnTo === undefined ? undefined : { returnTo })
      expect(asked()[0]?.searchParams.get('return_url')).toBe('https://app.example/home')
      expect(asked()[0]?.searchParams.has('subnav')).toBe(false)
    },
  )

  it('renews an access token that has expired before it asks', async () => {
    const tab = await browser.signIn()
    browser.wait(3_601)
    await tab.app.openPortal()
    expect(browser.tokenCalls('refresh_token')).toBe(1)
    expect(tab.destination()).toContain('/portal_redirect')
  })

  it('is for who is signed in', async () => {
    const tab = browser.tab()
    await expect(tab.app.openPortal()).rejects.toMatchObject({ code: 'not_authenticated' })
    expect(tab.app.getSnapshot().error?.code).toBe('not_authenticated')
    expect(asked()).toEqual([])
  })

  it.each([
    [403, { errors: [{ code: 'ACCESS_DENIED' }] }, 'account_api_failed'],
    [200, { url: 'https://evil.test/portal' }, 'provider_response_invalid'],
    [200, { link: 'none' }, 'provider_response_invalid'],
  ])('says what is wrong with the answer %i %j and stays', async (status, body, code) => {
    browser.provider.on(path, () => json(body, status))
    const tab = await browser.signIn()
    const before = tab.destination()
    await expect(tab.app.openPortal()).rejects.toMatchObject({ code })
    expect(tab.destination()).toBe(before)
    expect(tab.app.getSnapshot()).toMatchObject({ status: 'authenticated', error: { code } })
    expect(tab.app.getSnapshot().error?.message).not.toBe(code)
    await opensNow(tab)
  })

  it('is Kinde’s alone', async () => {
    const tab = await browser.signIn('/', { preset: 'oidc' })
    await expect(tab.app.openPortal()).rejects.toMatchObject({ code: 'feature_unavailable' })
  })
})

async function opensNow(tab: Tab): Promise<void> {
  browser.provider.on(path, () => json({ url: `${issuer}/portal_redirect?key=k` }))
  await tab.app.openPortal()
  expect(tab.app.getSnapshot().error).toBeNull()
}
