import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { demos } from '../support/demos.ts'
import { expect, fillSignIn, signIn, test } from '../support/test.ts'

const paths = ['/', '/dashboard', '/reports', '/beta', '/organizations', '/machine', '/nowhere']

test('every page has the basics of an accessible page', async ({ page }) => {
  await signIn(page, 'owner@example.com')
  for (const path of paths) {
    await page.goto(path)
    await expectAccessible(page)
  }
})

test('the keyboard reaches the content first through the skip link', async ({ page }) => {
  await page.goto('/')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: /skip/i })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('main')).toBeFocused()
})

test('signing in and out works without JavaScript', async ({ browser, stack }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: stack.url })
  const page = await context.newPage()
  await signIn(page, 'owner@example.com')
  await page.goto('/organizations')
  await expect(page.getByTestId('organization')).toContainText('org_acme')
  await page.getByTestId('logout').click()
  await expect(page.getByTestId('login')).toBeVisible()
  await context.close()
})

test('the pages run no script and report no violated policy', async ({ page }) => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 404/.test(message.text()))
      complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await signIn(page, 'owner@example.com')
  for (const path of paths) await page.goto(path)
  await page.getByTestId('logout').click()
  await expect(page.getByTestId('login')).toBeVisible()
  expect(complaints).toEqual([])
})

test('every demo has the same style', () => {
  const styles = demos.map(({ name, folder = name }) => {
    const file = new URL(`../../${folder}/public/style.css`, import.meta.url)
    return readFileSync(fileURLToPath(file), 'utf8')
  })
  expect(new Set(styles).size).toBe(1)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page is kept as a screenshot in ${colorScheme}`, async ({ browser, demo, stack }) => {
    test.slow()
    const context = await browser.newContext({ colorScheme, baseURL: stack.url })
    const page = await context.newPage()
    const keep = async (name: string): Promise<void> => {
      const file = `../test-results/screenshots/${demo}-${name}-${colorScheme}.png`
      await page.screenshot({ path: fileURLToPath(new URL(file, import.meta.url)), fullPage: true })
    }
    await page.goto('/')
    await keep('home-signed-out')
    await page.goto('/auth/callback?state=forged&code=forged')
    await expect(page.getByTestId('error-code')).toBeVisible()
    await keep('callback-error')
    await page.goto('/')
    await page.getByTestId('register').click()
    await expect(page.locator('input[name="email"]')).toBeVisible()
    await keep('issuer-register')
    await page.goto('/dashboard')
    await keep('issuer-sign-in')
    await fillSignIn(page, 'member@example.com', 'not-the-password')
    await expect(page.locator('input[name="email"]')).toHaveValue('member@example.com')
    await keep('issuer-wrong-password')
    await fillSignIn(page, 'member@example.com')
    await page.getByTestId('logout').waitFor()
    await page.goto('/reports')
    await keep('reports-refused')
    await page.goto('/')
    await page.getByTestId('logout').click()
    await signIn(page, 'owner@example.com')
    for (const path of paths) {
      await page.goto(path)
      await keep(path === '/' ? 'home' : path.slice(1))
    }
    await page.setViewportSize({ width: 360, height: 740 })
    await page.goto('/dashboard')
    await keep('dashboard-narrow')
    await context.close()
  })
}

async function expectAccessible(page: Page): Promise<void> {
  await expect(page).toHaveTitle(/\S/)
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)
  await expect(page.getByRole('main')).toHaveCount(1)
  await expect(page.getByRole('navigation')).toHaveCount(1)
  await expect(page.locator('img:not([alt])')).toHaveCount(0)
  for (const control of await page.getByRole('textbox').or(page.getByRole('button')).all()) {
    await expect(control).toHaveAccessibleName(/\S/)
  }
  const isTooWide = await page.evaluate(() => document.body.scrollWidth > window.innerWidth)
  expect(isTooWide).toBe(false)
}
