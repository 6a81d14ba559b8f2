import { expect, fillSignIn, register, signIn, test } from '../support/test.ts'

test('a user signs in and sees who they are', async ({ page, site }) => {
  await site.pages.signIn(page)
  await expect(page.getByTestId('user-name')).toHaveText(site.person.name)
  await page.goto('/dashboard')
  await expect(page.getByTestId('user-email')).toHaveText(site.person.email)
})

test('a user sees what they may do', { tag: '@kinde' }, async ({ page }) => {
  await signIn(page, 'owner@example.com')
  await page.goto('/dashboard')
  await expect(page.getByTestId('organization')).toContainText('org_acme')
  await expect(page.getByTestId('permissions')).toContainText('read:reports')
  await expect(page.getByTestId('flag-beta_dashboard')).toHaveText('on')
})

test('a new user registers and is signed in', { tag: '@registration' }, async ({ page }) => {
  const email = await register(page)
  await page.goto('/dashboard')
  await expect(page.getByTestId('user-email')).toHaveText(email)
})

test('a user signs out, here and at the issuer', async ({ page, site }) => {
  await site.pages.signIn(page)
  await site.pages.signOut(page)
  expect(page.url()).toBe(`${site.url}/`)
  await page.goto('/dashboard')
  await site.pages.expectForm(page)
})

test('a login leads back to the same path and query', async ({ page, site }) => {
  await page.goto('/dashboard?tab=rights&q=a%20b')
  await site.pages.fill(page)
  await expect(page.getByTestId('user-name')).toHaveText(site.person.name)
  const { origin, pathname, searchParams } = new URL(page.url())
  expect(`${origin}${pathname}`).toBe(`${site.url}/dashboard`)
  // Next writes a blank in another way, which means the same.
  expect([...searchParams]).toEqual([
    ['tab', 'rights'],
    ['q', 'a b'],
  ])
})

test(
  'a wrong password signs nobody in and keeps the email',
  { tag: '@issuer' },
  async ({ page, stack }) => {
    await page.goto('/dashboard')
    await fillSignIn(page, 'owner@example.com', 'not-the-password')
    await expect(page.locator('input[name="email"]')).toHaveValue('owner@example.com')
    expect(page.url()).toContain(stack.issuer.url)
    await fillSignIn(page, 'owner@example.com')
    await expect(page.getByTestId('user-email')).toHaveText('owner@example.com')
  },
)

test(
  'a cancelled login ends on a page that says so',
  { tag: '@cancel' },
  async ({ page, site }) => {
    await page.goto('/dashboard')
    await site.pages.cancel(page)
    await expect(page.getByTestId('error-code')).toHaveText('access_denied')
    await expect(page.getByTestId('error-message')).not.toBeEmpty()
    expect(page.url()).toContain(site.url)
    await page.goto('/')
    await expect(page.getByTestId('login')).toBeVisible()
  },
)

test('a reload keeps the user signed in', async ({ page, site }) => {
  await site.pages.signIn(page)
  await page.goto('/dashboard')
  await page.reload()
  await expect(page.getByTestId('user-name')).toHaveText(site.person.name)
})

test('two tabs that log in at once land each on their own page', async ({ context, site }) => {
  const [first, second] = [await context.newPage(), await context.newPage()]
  await first.goto('/dashboard?tab=first')
  await second.goto('/organizations?tab=second')
  await site.pages.fill(first)
  await expect(first).toHaveURL(/\/dashboard\?tab=first$/)
  await site.pages.fill(second)
  await expect(second).toHaveURL(/\/organizations\?tab=second$/)
  await expect(second.getByTestId('logout')).toBeVisible()
})
