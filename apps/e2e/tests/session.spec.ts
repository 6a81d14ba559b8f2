import { expect, signIn, test, useShortTokens } from '../support/test.ts'

// These change what the issuer of the worker answers, so each puts it back.
test.describe.configure({ mode: 'serial' })

test.describe('with tokens that live for seconds', { tag: '@issuer' }, () => {
  useShortTokens(2)

  test('an expired access token is renewed and the user notices nothing', async ({ page }) => {
    await signIn(page, 'owner@example.com')
    await page.goto('/dashboard')
    const expiry = page.getByTestId('access-token-expires-at').locator('time')
    const first = await expiry.getAttribute('datetime')
    await expect(async () => {
      await page.reload()
      await expect(page.getByTestId('user-name')).toHaveText('Olivia Owner', { timeout: 1_000 })
      expect(await expiry.getAttribute('datetime')).not.toBe(first)
    }).toPass({ timeout: 10_000 })
  })

  test('a session whose grant was ended asks for a login again', async ({ page, stack }) => {
    await signIn(page, 'member@example.com')
    await stack.issuer.revokeUser('member@example.com')
    await expect(async () => {
      const response = await page.request.get('/api/me', {
        headers: { accept: 'application/json' },
      })
      expect(response.status()).toBe(401)
    }).toPass({ timeout: 10_000 })
  })
})

test('the back button after a logout shows nothing private', async ({ page, site }) => {
  await site.pages.signIn(page)
  await page.goto('/dashboard')
  await expect(page.getByTestId('user-email')).toHaveText(site.person.email)
  await site.pages.signOut(page)
  await page.goBack()
  await expect(page.getByTestId('user-email')).toHaveCount(0)
})

test('a login whose attempt expired ends on a page with a way out', async ({
  page,
  context,
  site,
}) => {
  await page.goto('/dashboard')
  await site.pages.expectForm(page)
  // What an expired attempt leaves: the issuer's cookies and none of the demo's.
  const cookies = await context.cookies()
  for (const { name } of cookies.filter((cookie) => cookie.name.includes(site.cookieName))) {
    await context.clearCookies({ name })
  }
  await site.pages.fill(page)
  await expect(page.getByTestId('error-code')).toHaveText('transaction_missing')
  await page.getByRole('link', { name: 'Sign in' }).click()
  await expect(page.getByTestId('logout')).toBeVisible()
})
