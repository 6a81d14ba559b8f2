import type { Page, Request } from '@playwright/test'
import { expect, fillSignIn, signIn, test } from '../support/test.ts'

// What only the Next demo has.

test('a link to a guarded page leads who is signed out to the login and back', async ({
  page,
  stack,
}) => {
  await page.goto('/static')
  await page.getByRole('navigation').getByRole('link', { name: 'Dashboard' }).click()
  await fillSignIn(page, 'owner@example.com')
  await expect(page.getByTestId('user-email')).toHaveText('owner@example.com')
  expect(page.url()).toBe(`${stack.url}/dashboard`)
})

test('links between pages load no page anew and keep the user signed in', async ({ page }) => {
  await signIn(page, 'owner@example.com')
  const documents = watch(page, (request) => request.resourceType() === 'document')
  const navigation = page.getByRole('navigation')
  for (const name of ['Dashboard', 'Reports', 'Organizations', 'Notes']) {
    await navigation.getByRole('link', { name }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name)
    await expect(navigation.locator('[aria-current="page"]')).toHaveText(name)
  }
  await expect(page.getByTestId('logout')).toBeVisible()
  expect(documents).toEqual([])
})

test('a link to a page without the right shows the refusal', async ({ page }) => {
  await signIn(page, 'member@example.com')
  await page.getByRole('navigation').getByRole('link', { name: 'Reports' }).click()
  await expect(page.getByTestId('error-message')).toContainText('read:reports')
  await expect(page.getByTestId('logout')).toBeVisible()
})

test('a session that ended elsewhere leads the next link to the login', async ({
  page,
  context,
}) => {
  await signIn(page, 'owner@example.com')
  await page.goto('/notes')
  await context.clearCookies({ name: /demo-next/ })
  await page.getByRole('navigation').getByRole('link', { name: 'Organizations' }).click()
  await expect(page).toHaveURL(/\/organizations$/)
  await expect(page.getByTestId('organization')).toContainText('org_acme')
})

test('looking ahead asks for no login and starts none', async ({ page, request, stack }) => {
  const countLogins = (): number =>
    stack.issuer.requests.filter((each) => each.path === '/oauth2/auth').length
  const before = countLogins()
  const asked = watch(page, (each) => new URL(each.url()).pathname.startsWith('/auth/'))
  for (const path of ['/', '/static', '/machine']) {
    await page.goto(path)
    for (const link of await page.getByRole('navigation').getByRole('link').all()) {
      await link.hover()
    }
    await page.waitForLoadState('networkidle')
  }
  // Only the static page asks who the user is.
  expect(asked.map(({ pathname }) => pathname)).toEqual(['/auth/session'])
  // What a link to a guarded page would ask for if it looked ahead.
  const status = await page.evaluate(async () => {
    const headers = { rsc: '1', 'next-router-prefetch': '1' }
    return (await fetch('/dashboard', { headers })).status
  })
  expect(status).toBe(401)
  for (const path of ['/dashboard', '/auth/login', '/pages-router']) {
    const response = await request.get(path, {
      headers: {
        'sec-purpose': 'prefetch',
        'sec-fetch-mode': 'no-cors',
        'sec-fetch-dest': 'empty',
      },
      maxRedirects: 0,
    })
    expect(response.headers()['set-cookie'] ?? '').not.toContain('demo-next')
    expect(response.status()).toBeGreaterThanOrEqual(400)
  }
  expect(countLogins()).toBe(before)
})

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without'
  test(`a note is saved by the action ${how} JavaScript`, async ({ browser, stack }) => {
    const context = await browser.newContext({ javaScriptEnabled, baseURL: stack.url })
    const page = await context.newPage()
    await signIn(page, 'owner@example.com')
    await page.goto('/notes')
    const text = `Written ${how} a script`
    await page.getByLabel('Note').fill(text)
    await page.getByRole('button', { name: 'Add' }).click()
    await expect(page.getByTestId('notes')).toContainText(text)
    await context.close()
  })
}

test('the action tells who is signed out by now, and saves nothing', async ({ page, context }) => {
  await signIn(page, 'owner@example.com')
  await page.goto('/notes')
  await context.clearCookies({ name: /demo-next/ })
  await page.getByLabel('Note').fill('Written by nobody')
  await page.getByRole('button', { name: 'Add' }).click()
  await expect(page.getByTestId('error-message')).toContainText('Nobody is signed in')
  await page.getByRole('link', { name: 'Sign in again' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Notes')
  await expect(page.getByText('Written by nobody')).toHaveCount(0)
})

test('the action refuses who lacks the permission, whatever form they send', async ({
  browser,
  stack,
}) => {
  const open = async (email: string): Promise<Page> => {
    const context = await browser.newContext({ baseURL: stack.url })
    const page = await context.newPage()
    await signIn(page, email)
    await page.goto('/notes')
    return page
  }
  const [owner, member] = [await open('owner@example.com'), await open('member@example.com')]
  await expect(member.getByText('write:reports')).toBeVisible()
  await expect(member.getByLabel('Note')).toHaveCount(0)
  // The owner's form, sent with the member's session.
  await owner.context().clearCookies({ name: /demo-next/ })
  await owner.context().addCookies(await member.context().cookies(stack.url))
  await owner.getByLabel('Note').fill('Written by a member')
  const answered = owner.waitForResponse((each) => each.request().method() === 'POST')
  await owner.getByRole('button', { name: 'Add' }).click()
  expect((await answered).status()).toBe(403)
  await expect(owner.getByTestId('error-message')).toContainText('write:reports')
  await member.reload()
  await expect(member.getByText('Written by a member')).toHaveCount(0)
  await Promise.all([owner.context().close(), member.context().close()])
})

test('the static page is the same file for everybody and has nothing of the user in it', async ({
  page,
  request,
}) => {
  const nobody = await request.get('/static')
  await signIn(page, 'owner@example.com')
  const somebody = await page.request.get('/static')
  expect(await somebody.text()).toBe(await nobody.text())
  expect(await somebody.text()).not.toMatch(/Olivia|owner@example\.com/)
  expect(somebody.headers()['cache-control']).toMatch(/s-maxage/)
  expect(somebody.headers()['set-cookie']).toBeUndefined()
  expect(somebody.headers()['vary'] ?? '').not.toMatch(/cookie/i)
})

test('a client component knows the user, by one request where the server told nothing', async ({
  page,
}) => {
  await signIn(page, 'owner@example.com')
  const asked = watch(page, (request) => request.url().endsWith('/auth/session'))
  await page.goto('/dashboard')
  // Its form is there for who may write, by a client component.
  await page.getByRole('navigation').getByRole('link', { name: 'Notes' }).click()
  await expect(page.getByLabel('Note')).toBeVisible()
  expect(asked).toHaveLength(0)
  await page.goto('/static')
  await expect(page.getByTestId('user-name')).toHaveText('Olivia Owner')
  await page.getByRole('navigation').getByRole('link', { name: 'Dashboard' }).click()
  await expect(page.getByTestId('user-email')).toHaveText('owner@example.com')
  expect(asked).toHaveLength(1)
})

test('the Pages Router has the same session, and the same login', async ({ page, stack }) => {
  await page.goto('/pages-router?a=1')
  await fillSignIn(page, 'owner@example.com')
  await expect(page.getByTestId('user-name')).toHaveText('Olivia Owner')
  expect(page.url()).toBe(`${stack.url}/pages-router?a=1`)
  await page.getByTestId('logout').click()
  await expect(page.getByTestId('login')).toBeVisible()
})

test('every script is let in by the policy, of every page, and no other', async ({ page }) => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await signIn(page, 'owner@example.com')
  const nonces = new Set<string>()
  for (const path of ['/', '/notes', '/pages-router', '/static', '/dashboard']) {
    const response = await page.goto(path)
    const policy = response?.headers()['content-security-policy'] ?? ''
    expect(policy).not.toMatch(/unsafe|\*/)
    const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? ''
    expect(scripts).toMatch(
      path === '/static' ? /^'self' 'sha256-/ : /^'nonce-[\w-]+' 'strict-dynamic'$/,
    )
    nonces.add(scripts)
    const ran = await page.evaluate(() => {
      const button = document.createElement('button')
      button.setAttribute('onclick', 'window.injected = true')
      button.click()
      return 'injected' in window
    })
    expect(ran).toBe(false)
  }
  expect(nonces.size).toBe(5)
  expect(complaints.every((text) => text.includes('inline event handler'))).toBe(true)
  expect(complaints).toHaveLength(5)
})

/** The URLs of the requests of a kind that a page makes from now on. */
function watch(page: Page, isMeant: (request: Request) => boolean): URL[] {
  const seen: URL[] = []
  page.on('request', (request) => {
    if (isMeant(request)) seen.push(new URL(request.url()))
  })
  return seen
}
