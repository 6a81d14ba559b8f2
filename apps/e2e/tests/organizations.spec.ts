import { expect, fillSignIn, register, test } from '../support/test.ts'

test('a user of two organizations switches, and the rights change with it', async ({ page }) => {
  await page.goto('/auth/login?org_code=org_acme&returnTo=/organizations')
  await fillSignIn(page, 'both@example.com')
  await expect(page.getByTestId('organization')).toContainText('org_acme')
  const refused = await page.goto('/reports')
  expect(refused?.status()).toBe(403)
  await page.goto('/organizations')
  await page.getByRole('button', { name: /switch/i }).click()
  await expect(page.getByTestId('organization')).toContainText('org_globex')
  await page.goto('/reports')
  await expect(page.getByTestId('reports')).toBeVisible()
})

test('a user creates an organization and is signed in to it', async ({ page }) => {
  // Somebody new: the seeded users keep the organizations that other specs count on.
  await register(page)
  await page.goto('/organizations')
  await expect(page.getByTestId('organization')).toContainText('org_acme')
  await page.getByLabel('Name').fill('Initech')
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByTestId('organization')).not.toContainText('org_acme')
  await expect(page.getByTestId('organization')).toContainText('Initech')
})
