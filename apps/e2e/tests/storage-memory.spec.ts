import { expect, signIn, test } from '../support/test.ts'
import { readStorage, readTokenCalls } from '../support/storage.ts'

// A front-end app that keeps the refresh token in memory alone (`storage: 'memory'`).

test('nothing of a token is in any storage or cookie of the site', async ({ page, stack }) => {
  const tokens = await readTokenCalls(page, () => signIn(page, 'owner@example.com'))
  await page.reload()
  await expect(page.getByTestId('user-name')).toHaveText('Olivia Owner')
  const values = tokens.flatMap((answer) => [
    String(answer['access_token']),
    String(answer['id_token']),
    String(answer['refresh_token']),
  ])
  expect(values).toHaveLength(3)
  const kept = await readStorage(page, stack.url)
  expect(kept).toContain('signed-in')
  for (const value of values) expect(kept).not.toContain(value)
  expect(kept).not.toMatch(/eyJ|refreshToken|owner@example\.com/)
})

test('a reload signs in again without asking, by a hidden frame and a new code', async ({
  page,
  stack,
}) => {
  await signIn(page, 'owner@example.com')
  const before = stack.issuer.requests.length
  await page.reload()
  await expect(page.getByTestId('user-name')).toHaveText('Olivia Owner')
  const since = stack.issuer.requests.slice(before)
  expect(since.filter(({ path }) => path === '/oauth2/auth')).toHaveLength(1)
  expect(since.flatMap(({ grantType }) => grantType ?? [])).toEqual(['authorization_code'])
  await expect(page.locator('iframe')).toHaveCount(0)
  expect(page.url()).toBe(`${stack.url}/`)
})

test('a reload is signed out where the provider has to ask, and stays so', async ({
  page,
  stack,
}) => {
  await signIn(page, 'member@example.com')
  await stack.issuer.revokeUser('member@example.com')
  await page.reload()
  await expect(page.getByTestId('login')).toBeVisible()
  await expect(page.getByTestId('error-code')).toHaveCount(0)
  expect(await readStorage(page, stack.url)).not.toContain('signed-in')
  const before = stack.issuer.requests.length
  await page.reload()
  await expect(page.getByTestId('login')).toBeVisible()
  expect(stack.issuer.requests.length).toBe(before)
})

test('a second tab is handed the session by the first, without a request', async ({
  page,
  context,
  stack,
}) => {
  await signIn(page, 'owner@example.com')
  const before = stack.issuer.requests.filter(({ method }) => method === 'POST').length
  const other = await context.newPage()
  await other.goto('/')
  await expect(other.getByTestId('user-name')).toHaveText('Olivia Owner')
  const after = stack.issuer.requests.filter(({ method }) => method === 'POST').length
  expect(after).toBe(before)
})
