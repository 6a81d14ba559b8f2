import { expect, fillSignIn, test } from '../support/test.ts'

// A smoke of `next dev`, which compiles each page when it is asked for.
test('signing in, a guarded page and a page of each router work in development', async ({
  page,
}) => {
  test.setTimeout(90_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto('/dashboard?tab=rights')
  await fillSignIn(page, 'owner@example.com')
  await expect(page.getByTestId('user-email')).toHaveText('owner@example.com', { timeout: 30_000 })
  expect(page.url()).toContain('/dashboard?tab=rights')
  for (const path of ['/static', '/pages-router']) {
    await page.goto(path)
    await expect(page.getByTestId('user-name')).toHaveText('Olivia Owner', { timeout: 30_000 })
  }
  await page.getByTestId('logout').click()
  await expect(page.getByTestId('login')).toBeVisible({ timeout: 30_000 })
  expect(complaints).toEqual([])
})
