import { expect, signIn, test } from '../support/test.ts'

test('an owner reads the reports of the API', async ({ page }) => {
  await signIn(page, 'owner@example.com')
  await page.goto('/reports')
  await expect(page.getByTestId('reports')).toContainText('Revenue')
})

test('a member is refused the reports by the name of the permission', async ({ page }) => {
  await signIn(page, 'member@example.com')
  const response = await page.goto('/reports')
  expect(response?.status()).toBe(403)
  await expect(page.getByTestId('error-code')).toHaveText('access_denied')
  await expect(page.getByTestId('error-message')).toContainText('read:reports')
  await expect(page.getByTestId('reports')).toHaveCount(0)
})

test('the beta page opens by its flag and names it when it is off', async ({ browser, stack }) => {
  for (const [email, status] of [
    ['owner@example.com', 200],
    ['member@example.com', 403],
  ] as const) {
    const context = await browser.newContext({ baseURL: stack.url })
    const page = await context.newPage()
    await signIn(page, email)
    const response = await page.goto('/beta')
    expect(response?.status()).toBe(status)
    if (status === 403)
      await expect(page.getByTestId('error-message')).toContainText('beta_dashboard')
    await context.close()
  }
})

test('JSON endpoints answer 401 to nobody', async ({ request }) => {
  for (const path of ['/api/me', '/api/reports']) {
    const response = await request.get(path, { headers: { accept: 'application/json' } })
    expect(response.status()).toBe(401)
    expect(response.headers()['www-authenticate']).toBeTruthy()
    expect(await response.json()).toMatchObject({ error: { code: 'not_authenticated' } })
  }
})

test('JSON endpoints give claims and no tokens, and 403 without the right', async ({ page }) => {
  await signIn(page, 'member@example.com')
  const me = await page.request.get('/api/me', { headers: { accept: 'application/json' } })
  expect(me.status()).toBe(200)
  expect(me.headers()['cache-control']).toContain('no-store')
  const text = await me.text()
  expect(text).toContain('member@example.com')
  expect(text).not.toMatch(/eyJ|refresh_?token|"access_?token"/i)
  const reports = await page.request.get('/api/reports', {
    headers: { accept: 'application/json' },
  })
  expect(reports.status()).toBe(403)
  expect(await reports.json()).toMatchObject({
    error: { missing: { permissions: ['read:reports'] } },
  })
})
