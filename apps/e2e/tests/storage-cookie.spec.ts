import type { Page, Request } from '@playwright/test'
import { readStorage } from '../support/storage.ts'
import { expect, signIn, test } from '../support/test.ts'

// A front-end app whose refresh token is in an HttpOnly cookie of the issuer, as with a custom domain of
// Kinde's. To a browser two ports of localhost are one site.

test('the refresh token is in a cookie that no script sees and that goes with token requests alone', async ({
  page,
  stack,
}) => {
  await signIn(page, 'owner@example.com')
  const cookies = await page.context().cookies(`${stack.issuer.url}/oauth2/token`)
  const cookie = cookies.find(({ name }) => name === 'refresh_token')
  expect(cookie).toMatchObject({ httpOnly: true, path: '/oauth2/token', sameSite: 'Lax' })
  const kept = [await readStorage(page, stack.url), await page.evaluate(() => document.cookie)]
  expect(kept.join()).not.toContain(cookie?.value ?? 'none')
  expect(kept.join()).not.toMatch(/eyJ|refreshToken/)
})

test('a reload is one renewal without a token in it, and it rotates the cookie', async ({
  page,
  stack,
}) => {
  await signIn(page, 'owner@example.com')
  const before = await readCookie(page, stack.issuer.url)
  const sent = watchTokens(page)
  await page.reload()
  await expect(page.getByTestId('user-name')).toHaveText('Olivia Owner')
  expect(sent.map((form) => [...form.keys()].sort())).toEqual([['client_id', 'grant_type']])
  const after = await readCookie(page, stack.issuer.url)
  expect(after).not.toBe('')
  expect(after).not.toBe(before)
  await page.reload()
  await expect(page.getByTestId('user-name')).toHaveText('Olivia Owner')
})

test('a session without its cookie ends cleanly, without a loop', async ({ page }) => {
  await signIn(page, 'owner@example.com')
  await page.context().clearCookies()
  await page.reload()
  await expect(page.getByTestId('error-code')).toHaveText('invalid_grant')
  await expect(page.getByTestId('login')).toBeVisible()
  const sent = watchTokens(page)
  await page.reload()
  await expect(page.getByTestId('login')).toBeVisible()
  expect(sent).toEqual([])
})

test('a sign-out ends it in every tab, and the cookie is gone', async ({
  page,
  context,
  stack,
}) => {
  await signIn(page, 'owner@example.com')
  const other = await context.newPage()
  await other.goto('/')
  await expect(other.getByTestId('user-name')).toHaveText('Olivia Owner')
  await page.getByTestId('logout').click()
  await expect(page.getByTestId('login')).toBeVisible()
  await expect(other.getByTestId('login')).toBeVisible()
  expect(await readCookie(page, stack.issuer.url)).toBe('')
})

async function readCookie(page: Page, issuer: string): Promise<string> {
  const cookies = await page.context().cookies(`${issuer}/oauth2/token`)
  return cookies.find(({ name }) => name === 'refresh_token')?.value ?? ''
}

/** The forms of the token requests that a page makes from now on. */
function watchTokens(page: Page): URLSearchParams[] {
  const sent: URLSearchParams[] = []
  page.on('request', (request: Request) => {
    const isToken = request.method() === 'POST' && request.url().endsWith('/oauth2/token')
    if (isToken) sent.push(new URLSearchParams(request.postData() ?? ''))
  })
  return sent
}
