import type { Page, Request } from '@playwright/test'
import { expect, fillSignIn, signIn, test } from '../support/test.ts'

// What only the Nuxt demo has.

test('a link to a guarded page leads who is signed out to the login and back', async ({
  page,
  stack,
}) => {
  await page.goto('/')
  await page.getByRole('navigation').getByRole('link', { name: 'Dashboard' }).click()
  await fillSignIn(page, 'owner@example.com')
  await expect(page.getByTestId('user-email')).toHaveText('owner@example.com')
  expect(page.url()).toBe(`${stack.url}/dashboard`)
})

test('links between pages load no page anew, ask for no session and keep the user signed in', async ({
  page,
}) => {
  await signIn(page, 'owner@example.com')
  const documents = watch(page, (request) => request.resourceType() === 'document')
  const asked = watch(page, isForSession)
  const navigation = page.getByRole('navigation')
  for (const name of ['Dashboard', 'Reports', 'Organizations', 'Beta']) {
    await navigation.getByRole('link', { name }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name)
    await expect(navigation.locator('[aria-current="page"]')).toHaveText(name)
  }
  await expect(page.getByTestId('logout')).toBeVisible()
  expect([...documents, ...asked]).toEqual([])
})

test('a link to a page without the right shows the refusal, and the next link leads on', async ({
  page,
}) => {
  await signIn(page, 'member@example.com')
  const navigation = page.getByRole('navigation')
  await navigation.getByRole('link', { name: 'Reports' }).click()
  await expect(page.getByTestId('error-message')).toContainText('read:reports')
  await expect(page.getByTestId('error-code')).toHaveText('access_denied')
  await expect(page.getByTestId('reports')).toHaveCount(0)
  await navigation.getByRole('link', { name: 'Dashboard' }).click()
  await expect(page.getByTestId('user-name')).toHaveText('Max Member')
})

test('the page that the build made is the same for all, and the browser asks once', async ({
  page,
  request,
}) => {
  await signIn(page, 'owner@example.com')
  const asked = watch(page, isForSession)
  const response = await page.goto('/static')
  await expect(page.getByTestId('user-name')).toHaveText('Olivia Owner')
  expect(asked).toHaveLength(1)
  const html = (await response?.text()) ?? ''
  expect(html).not.toMatch(/Olivia|owner@example\.com|org_acme/)
  expect(await (await request.get('/static')).text()).toBe(html)
})

test('looking ahead asks for no login and starts none', async ({ page, stack }) => {
  const countLogins = (): number =>
    stack.issuer.requests.filter((each) => each.path === '/oauth2/auth').length
  const before = countLogins()
  const asked = watch(page, (each) => new URL(each.url()).pathname.startsWith('/auth/'))
  for (const path of ['/', '/machine']) {
    await page.goto(path)
    for (const link of await page.getByRole('navigation').getByRole('link').all()) {
      await link.hover()
    }
    await page.waitForLoadState('networkidle')
  }
  expect(asked).toEqual([])
  expect(countLogins()).toBe(before)
})

/** The paths of the requests that fit, as the page makes them. */
function watch(page: Page, fits: (request: Request) => boolean): string[] {
  const seen: string[] = []
  page.on('request', (request) => {
    if (fits(request)) seen.push(new URL(request.url()).pathname)
  })
  return seen
}

function isForSession(request: Request): boolean {
  return new URL(request.url()).pathname === '/auth/session'
}
