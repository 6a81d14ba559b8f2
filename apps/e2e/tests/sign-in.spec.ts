import { expect, fillSignIn, register, signIn, test } from '../support/test.ts'

test('a user signs in and sees who they are', async ({ page }) => {
  await signIn(page, 'owner@example.com')
  await expect(page.getByTestId('user-name')).toHaveText('Olivia Owner')
  await page.goto('/dashboard')
  await expect(page.getByTestId('user-email')).toHaveText('owner@example.com')
  await expect(page.getByTestId('organization')).toContainText('org_acme')
  await expect(page.getByTestId('permissions')).toContainText('read:reports')
  await expect(page.getByTestId('flag-beta_dashboard')).toHaveText('on')
})

test('a new user registers and is signed in', async ({ page }) => {
  const email = await register(page)
  await page.goto('/dashboard')
  await expect(page.getByTestId('user-email')).toHaveText(email)
})

test('a user signs out, here and at the issuer', async ({ page, stack }) => {
  await signIn(page, 'owner@example.com')
  await page.getByTestId('logout').click()
  await expect(page.getByTestId('login')).toBeVisible()
  expect(page.url()).toBe(`${stack.url}/`)
  await page.goto('/dashboard')
  await expect(page.locator('input[name="password"]')).toBeVisible()
})

test('a login leads back to the same path and query', async ({ page, stack }) => {
  await page.goto('/dashboard?tab=rights&q=a%20b')
  await fillSignIn(page, 'member@example.com')
  await expect(page.getByTestId('user-name')).toHaveText('Max Member')
  const { origin, pathname, searchParams } = new URL(page.url())
  expect(`${origin}${pathname}`).toBe(`${stack.url}/dashboard`)
  // Next writes a blank in another way, which means the same.
  expect([...searchParams]).toEqual([
    ['tab', 'rights'],
    ['q', 'a b'],
  ])
})

test('a wrong password signs nobody in and keeps the email', async ({ page, stack }) => {
  await page.goto('/dashboard')
  await fillSignIn(page, 'owner@example.com', 'not-the-password')
  await expect(page.locator('input[name="email"]')).toHaveValue('owner@example.com')
  expect(page.url()).toContain(stack.issuer.url)
  await fillSignIn(page, 'owner@example.com')
  await expect(page.getByTestId('user-email')).toHaveText('owner@example.com')
})

test('a cancelled login ends on a page that says so', async ({ page, stack }) => {
  await page.goto('/dashboard')
  await page
    .getByRole('button', { name: /cancel/i })
    .or(page.getByRole('link', { name: /cancel/i }))
    .click()
  await expect(page.getByTestId('error-code')).toHaveText('access_denied')
  await expect(page.getByTestId('error-message')).not.toBeEmpty()
  expect(page.url()).toContain(stack.url)
  await page.goto('/')
  await expect(page.getByTestId('login')).toBeVisible()
})

test('a reload keeps the user signed in', async ({ page }) => {
  await signIn(page, 'owner@example.com')
  await page.goto('/dashboard')
  await page.reload()
  await expect(page.getByTestId('user-name')).toHaveText('Olivia Owner')
})

test('two tabs that log in at once land each on their own page', async ({ context }) => {
  const [first, second] = [await context.newPage(), await context.newPage()]
  await first.goto('/dashboard?tab=first')
  await second.goto('/organizations?tab=second')
  await fillSignIn(first, 'owner@example.com')
  await expect(first).toHaveURL(/\/dashboard\?tab=first$/)
  await fillSignIn(second, 'owner@example.com')
  await expect(second).toHaveURL(/\/organizations\?tab=second$/)
  await expect(second.getByTestId('logout')).toBeVisible()
})
