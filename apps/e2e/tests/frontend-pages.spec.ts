import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { expect, fillSignIn, register, signIn, test } from '../support/test.ts'

// What holds for a front-end app with the pages of the demos' contract.

const paths = ['/', '/dashboard', '/reports', '/graphql', '/beta', '/organizations', '/nowhere']

test(
  'a page that needs somebody goes to the login and back, whichever it is',
  { tag: '@kinde' },
  async ({ page, stack }) => {
    await page.goto('/reports?year=2026#top')
    await fillSignIn(page, 'owner@example.com')
    await expect(page.getByTestId('reports')).toContainText('Revenue')
    expect(page.url()).toBe(`${stack.url}/reports?year=2026#top`)
  },
)

test(
  'a member reads which permission and which flag are missing, and nothing else',
  { tag: '@kinde' },
  async ({ page }) => {
    await signIn(page, 'member@example.com')
    for (const [path, name] of [
      ['/reports', 'read:reports'],
      ['/beta', 'beta_dashboard'],
    ] as const) {
      await page.goto(path)
      await expect(page.getByTestId('error-code')).toHaveText('access_denied')
      await expect(page.getByTestId('error-message')).toContainText(name)
      await expect(page.getByTestId('reports')).toHaveCount(0)
    }
  },
)

test(
  'nothing that is refused or private is on the page while it loads',
  { tag: '@kinde' },
  async ({ page }) => {
    await signIn(page, 'owner@example.com')
    const shown: string[] = []
    await page.exposeFunction('tell', (text: string) => shown.push(text))
    await page.addInitScript(() => {
      new MutationObserver(() => {
        const heading = document.querySelector('h1')?.textContent ?? ''
        void Reflect.get(window, 'tell')(heading)
      }).observe(document, { childList: true, subtree: true, characterData: true })
    })
    await page.goto('/reports')
    await expect(page.getByTestId('reports')).toBeVisible()
    expect([...new Set(shown)].filter((heading) => heading !== '')).toEqual(['Reports'])
  },
)

test('a sign-out on a protected page ends it in every tab, and no tab signs in again', async ({
  page,
  context,
  site,
}) => {
  await site.pages.signIn(page)
  const other = await context.newPage()
  await other.goto('/dashboard')
  await expect(other.getByTestId('user-email')).toHaveText(site.person.email)
  await page.goto('/dashboard')
  await site.pages.signOut(page)
  await expect(page).toHaveURL(`${site.url}/`)
  await expect(other.getByTestId('login')).toBeVisible()
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('You have been signed out')
  await expect(other.getByTestId('user-email')).toHaveCount(0)
})

test('the back button after a logout shows nothing private', async ({ page, site }) => {
  await site.pages.signIn(page)
  await page.goto('/dashboard')
  await expect(page.getByTestId('user-email')).toHaveText(site.person.email)
  await site.pages.signOut(page)
  // Within reach of its load event the page goes on to the login, which Playwright takes for an abort.
  await page.goBack({ waitUntil: 'commit' })
  await expect(page).not.toHaveURL((url) => url.origin === site.url)
  await expect(page.getByTestId('user-email')).toHaveCount(0)
})

test(
  'a user creates an organization and is signed in to it',
  { tag: '@registration' },
  async ({ page }) => {
    // Somebody new: the seeded users keep the organizations that other specs count on.
    await register(page)
    await page.goto('/organizations')
    await page.getByLabel('Name').fill('Initech')
    await page.getByRole('button', { name: 'Create' }).click()
    await expect(page.getByTestId('organization')).toContainText('Initech')
  },
)

test(
  'every page has the basics of an accessible page, and reports no violated policy',
  { tag: '@look' },
  async ({ page }) => {
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 404/.test(message.text())) {
        complaints.push(message.text())
      }
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    await signIn(page, 'owner@example.com')
    for (const path of paths) {
      await page.goto(path)
      await expectAccessible(page)
    }
    expect(complaints).toEqual([])
  },
)

test(
  'the keyboard reaches the content first through the skip link',
  { tag: '@look' },
  async ({ page }) => {
    await page.goto('/')
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await page.keyboard.press('Tab')
    await expect(page.getByRole('link', { name: /skip/i })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.locator('main')).toBeFocused()
  },
)

test('the style is that of the other demos', { tag: '@look' }, async ({ request }) => {
  const file = new URL('../../express/public/style.css', import.meta.url)
  const response = await request.get('/style.css')
  expect(await response.text()).toBe(readFileSync(fileURLToPath(file), 'utf8'))
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(
    `every page is kept as a screenshot in ${colorScheme}`,
    { tag: '@look' },
    async ({ browser, demo, stack }) => {
      const context = await browser.newContext({ colorScheme, baseURL: stack.url })
      const page = await context.newPage()
      const keep = async (name: string): Promise<void> => {
        const file = `../test-results/screenshots/${demo}-${name}-${colorScheme}.png`
        await page.screenshot({
          path: fileURLToPath(new URL(file, import.meta.url)),
          fullPage: true,
        })
      }
      await page.goto('/')
      await expect(page.getByTestId('login')).toBeVisible()
      await keep('home-signed-out')
      await page.goto('/callback?state=forged&code=forged')
      await expect(page.getByTestId('error-code')).toBeVisible()
      await keep('callback-error')
      await signIn(page, 'owner@example.com')
      for (const path of paths) {
        await page.goto(path)
        await expect(page.getByTestId('logout')).toBeVisible()
        if (path === '/reports') await expect(page.getByTestId('reports')).toBeVisible()
        await keep(path === '/' ? 'home' : path.slice(1))
      }
      await page.setViewportSize({ width: 360, height: 740 })
      await page.goto('/dashboard')
      await expect(page.getByTestId('user-email')).toBeVisible()
      await keep('dashboard-narrow')
      await context.close()
    },
  )
}

async function expectAccessible(page: Page): Promise<void> {
  await expect(page.getByTestId('logout')).toBeVisible()
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
