import type { BrowserContext, Page, Request } from '@playwright/test'
import { expect, fillSignIn, signIn, test, useShortTokens } from '../support/test.ts'

// What holds for every front-end app: its session is in the browser and in step over all tabs.

test('a user signs in, sees who they are, and comes back to the same query and hash', async ({
  page,
  site,
}) => {
  await page.goto('/?tab=rights&q=a%20b#reports')
  await page.getByTestId('login').click()
  await site.pages.fill(page)
  await expect(page.getByTestId('user-name')).toHaveText(site.person.name)
  expect(page.url()).toBe(`${site.url}/?tab=rights&q=a%20b#reports`)
  await follow(page, 'Dashboard')
  await expect(page.getByTestId('user-email')).toHaveText(site.person.email)
})

test('a user sees what they may do', { tag: '@kinde' }, async ({ page }) => {
  await signIn(page, 'owner@example.com')
  await follow(page, 'Dashboard')
  await expect(page.getByTestId('organization')).toContainText('org_acme')
  await expect(page.getByTestId('permissions')).toContainText('read:reports')
  await expect(page.getByTestId('flag-beta_dashboard')).toHaveText('on')
})

test('code, state and tokens are in no address, page or storage', async ({ page, site }) => {
  await site.pages.signIn(page)
  const visited = await page.evaluate(() => performance.getEntriesByType('navigation').length)
  expect(visited).toBe(1)
  expect(page.url()).not.toMatch(/code=|state=/)
  const kept = await readStorage(page)
  expect([kept, await page.content()].join()).not.toContain('eyJ')
  // By default the refresh token is this tab's own.
  expect(await page.evaluate(() => Object.values(localStorage).join())).not.toContain('refresh')
})

test('a reload keeps the user signed in', async ({ page, site }) => {
  await site.pages.signIn(page)
  await page.reload()
  await expect(page.getByTestId('user-name')).toHaveText(site.person.name)
})

test('a second tab is signed in without a password', async ({ page, context, site }) => {
  await site.pages.signIn(page)
  const second = await context.newPage()
  await second.goto('/')
  await expect(second.getByTestId('user-name')).toHaveText(site.person.name)
})

test(
  'a new tab is signed in without a password when no other is open',
  { tag: '@frame' },
  async ({ page, context, site }) => {
    await site.pages.signIn(page)
    await page.close()
    const later = await context.newPage()
    await later.goto('/')
    await expect(later.getByTestId('user-name')).toHaveText(site.person.name)
  },
)

test('a sign-in and a sign-out in one tab reach the other', async ({ page, context, site }) => {
  const other = await context.newPage()
  await other.goto('/')
  await expect(other.getByTestId('login')).toBeVisible()
  await site.pages.signIn(page)
  await expect(other.getByTestId('user-name')).toHaveText(site.person.name)
  await site.pages.signOut(page)
  await expect(other.getByTestId('login')).toBeVisible()
  await page.getByTestId('login').click()
  await site.pages.expectForm(page)
})

test(
  'a cancelled login says so and leaves the page usable',
  { tag: '@cancel' },
  async ({ page, site }) => {
    await page.goto('/')
    await page.getByTestId('login').click()
    await site.pages.cancel(page)
    await expect(page.getByTestId('error-code')).toHaveText('access_denied')
    await expect(page.getByTestId('error-message')).not.toBeEmpty()
    await page.getByTestId('login').click()
    await site.pages.fill(page)
    await expect(page.getByTestId('user-name')).toHaveText(site.person.name)
  },
)

test('an answer with another state, or none, signs nobody in and sends no code', async ({
  page,
}) => {
  const sent = watchTokens(page)
  for (const [query, code] of [
    ['state=forged&code=forged', 'transaction_missing'],
    ['code=forged', 'callback_invalid'],
    ['state=forged&error=%3Cb%3Eevil', 'transaction_missing'],
  ]) {
    await page.goto(`/callback?${query}`)
    await expect(page.getByTestId('error-code')).toHaveText(code ?? '')
    await expect(page.getByTestId('login')).toBeVisible()
    await expect(page.locator('body')).not.toContainText('evil')
    expect(page.url()).not.toContain('forged')
  }
  expect(sent).toEqual([])
})

test('an answer that comes again, by the back button, costs nobody their session', async ({
  page,
  site,
}) => {
  let callback = ''
  page.on('request', (request) => {
    if (request.isNavigationRequest() && request.url().includes('/callback?')) {
      callback = request.url()
    }
  })
  await site.pages.signIn(page)
  await page.goto(callback)
  await expect(page.getByTestId('user-name')).toHaveText(site.person.name)
  expect(page.url()).toBe(`${site.url}/`)
})

test('the policy lets the API be asked', { tag: '@kinde' }, async ({ page }) => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await signIn(page, 'owner@example.com')
  await openReports(page)
  await expect(page.getByTestId('reports')).toContainText('Revenue')
  expect(complaints).toEqual([])
})

test(
  'the reports of the API come with the access token, and not without the right',
  { tag: '@kinde' },
  async ({ page, browser, stack }) => {
    await signIn(page, 'owner@example.com')
    await openReports(page)
    await expect(page.getByTestId('reports')).toContainText('Revenue')
    const context = await browser.newContext({ baseURL: stack.url })
    const other = await context.newPage()
    await signIn(other, 'member@example.com')
    await openReports(other)
    await expect(other.getByTestId('error-message')).toContainText('read:reports')
    await context.close()
  },
)

test(
  'a user of two organizations switches, in every tab',
  { tag: '@kinde' },
  async ({ page, context }) => {
    await page.goto('/')
    await page.getByTestId('login').click()
    await fillSignIn(page, 'both@example.com')
    const choice = page.getByText('org_acme').first()
    await choice.click()
    await page.getByTestId('logout').waitFor()
    await follow(page, 'Organizations')
    await expect(page.getByTestId('organization')).toContainText('org_acme')
    const other = await context.newPage()
    await other.goto('/')
    await other.getByTestId('logout').waitFor()
    await follow(other, 'Organizations')
    await expect(other.getByTestId('organization')).toContainText('org_acme')
    await page.getByRole('button', { name: /switch/i }).click()
    await expect(page.getByTestId('organization')).toContainText('org_globex')
    await expect(other.getByTestId('organization')).toContainText('org_globex')
  },
)

test(
  'the portal opens with a link that works once, and leads back',
  { tag: '@kinde' },
  async ({ page, stack }) => {
    await signIn(page, 'owner@example.com')
    await follow(page, 'Dashboard')
    await page.getByTestId('portal').click()
    await page.waitForURL(/\/portal_redirect\?key=/)
    await expect(page.locator('body')).toContainText('Olivia Owner')
    const link = page.url()
    await page.getByRole('link', { name: /back/i }).click()
    await expect(page.getByTestId('user-name')).toHaveText('Olivia Owner')
    expect(new URL(page.url()).origin).toBe(stack.url)
    await page.goto(link)
    await expect(page.locator('body')).toContainText('portal_link_used')
  },
)

test(
  'a portal that Kinde refuses is told on the page, which stays usable',
  { tag: '@kinde' },
  async ({ page }) => {
    await signIn(page, 'owner@example.com')
    await follow(page, 'Dashboard')
    await page.route('**/account_api/v1/portal_link**', async (route) =>
      route.fulfill({
        status: 403,
        headers: { 'access-control-allow-origin': '*' },
        json: { errors: [{ code: 'ACCESS_DENIED', message: '<b>no</b>' }] },
      }),
    )
    await page.getByTestId('portal').click()
    await expect(page.getByTestId('error-code')).toHaveText('account_api_failed')
    await expect(page.getByTestId('error-message')).not.toBeEmpty()
    await expect(page.getByTestId('logout')).toBeVisible()
  },
)

test.describe('with tokens that live for seconds', { tag: '@issuer' }, () => {
  test.describe.configure({ mode: 'serial' })
  useShortTokens(3)

  test('five tabs at expiry make one token call, and all stay signed in', async ({
    page,
    context,
    stack,
  }) => {
    await signIn(page, 'owner@example.com')
    const tabs = [page, ...(await openTabs(context, 4))]
    const sent = tabs.map(watchTokens)
    // What is renewed now lasts, so a slow machine has no second end to meet.
    stack.issuer.settings.accessTokenLifetime = 3_600
    await page.waitForTimeout(3_500)
    await Promise.all(tabs.map(openReports))
    for (const tab of tabs) await expect(tab.getByTestId('reports')).toContainText('Revenue')
    expect(sent.flat()).toHaveLength(1)
  })

  test('a renewal that fails offline keeps the user, who goes on when it is back', async ({
    page,
    context,
  }) => {
    await signIn(page, 'owner@example.com')
    await context.setOffline(true)
    await page.waitForTimeout(3_500)
    await openReports(page)
    await expect(page.getByTestId('error-message').first()).toBeVisible()
    await follow(page, 'Home')
    await expect(page.getByTestId('user-name')).toHaveText('Olivia Owner')
    await context.setOffline(false)
    await expect(async () => {
      await openReports(page)
      await expect(page.getByTestId('reports')).toContainText('Revenue', { timeout: 1_000 })
    }).toPass({ timeout: 10_000 })
  })

  test('a session that the provider ended ends cleanly, without a loop', async ({
    page,
    stack,
  }) => {
    await signIn(page, 'member@example.com')
    await stack.issuer.revokeUser('member@example.com')
    await page.reload()
    await expect(page.getByTestId('error-code')).toHaveText('invalid_grant')
    await expect(page.getByTestId('login')).toBeVisible()
    const sent = watchTokens(page)
    await page.waitForTimeout(1_000)
    expect(sent).toEqual([])
  })
})

test('the page works under its policy and reports nothing against it', async ({ page, site }) => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  const response = await page.goto('/')
  const policy = response?.headers()['content-security-policy'] ?? ''
  expect(policy).toContain("script-src 'self'")
  expect(policy).not.toMatch(/unsafe|\*/)
  await site.pages.signIn(page)
  await page.reload()
  await expect(page.getByTestId('user-name')).toHaveText(site.person.name)
  await site.pages.signOut(page)
  expect(complaints).toEqual([])
})

/** Goes to a page of the demo without a reload; where there is only one page, that is where it is. */
async function follow(page: Page, name: string): Promise<void> {
  const link = page.getByRole('navigation').getByRole('link', { name })
  if ((await link.count()) > 0) await link.click()
}

async function openReports(page: Page): Promise<void> {
  const button = page.getByTestId('fetch-reports')
  if ((await button.count()) > 0) return button.click()
  // From elsewhere, so that it asks anew.
  await follow(page, 'Home')
  await follow(page, 'Reports')
}

async function openTabs(context: BrowserContext, count: number): Promise<Page[]> {
  const tabs: Page[] = []
  for (let index = 0; index < count; index++) {
    const tab = await context.newPage()
    await tab.goto('/')
    await tab.getByTestId('user-name').waitFor()
    tabs.push(tab)
  }
  return tabs
}

async function readStorage(page: Page): Promise<string> {
  return page.evaluate(() =>
    [...Object.entries(localStorage), ...Object.entries(sessionStorage)].join(),
  )
}

/** The token requests that a page makes from now on. */
function watchTokens(page: Page): string[] {
  const sent: string[] = []
  page.on('request', (request: Request) => {
    const isToken = request.method() === 'POST' && request.url().endsWith('/token')
    if (isToken) sent.push(request.url())
  })
  return sent
}
