import { type Browser, type BrowserContext, chromium, type Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchOptions } from '../../../apps/runner/src/chromium.ts'
import { type Site, startFrontendSite, startSite } from './site.ts'

let chrome: Browser
let context: BrowserContext
let page: Page
beforeAll(async () => {
  chrome = await chromium.launch(launchOptions(chromium.executablePath()))
})
afterAll(() => chrome.close())
beforeEach(async () => {
  context = await chrome.newContext()
  page = await context.newPage()
})
afterEach(() => context.close())

const mark = (name: string): Promise<string | null> =>
  page.getByTestId(name).textContent({ timeout: 10_000 })

async function enter(email = 'owner@example.com'): Promise<void> {
  await page.locator('input[name=email]').fill(email)
  await page.locator('input[name=password]').fill('trefoil')
  await page.locator('input[name=password]').press('Enter')
}

describe('the session of a server', () => {
  let site: Site
  let asked: string[]
  beforeAll(async () => {
    site = await startSite('app')
  })
  afterAll(() => site.close())
  beforeEach(() => {
    asked = []
    page.on('request', (request) => void asked.push(new URL(request.url()).pathname))
  })
  const signIn = async (email?: string): Promise<void> => {
    await page.goto(`${site.url}/dashboard`)
    await enter(email)
    await page.waitForURL(`${site.url}/dashboard`)
  }

  it('is taken over from the page: nothing is asked for, and nothing differs', async () => {
    const warnings: string[] = []
    page.on('console', (message) => void warnings.push(message.text()))
    await signIn()
    await page.waitForLoadState('networkidle')
    expect(await mark('user-name')).toBe('Olivia Owner')
    expect(asked).not.toContain('/auth/session')
    expect(warnings.join('\n')).not.toMatch(/hydration/i)
  })

  it.each(['/about', '/news'])('is asked for once on a shared page: %s', async (path) => {
    await signIn()
    asked.length = 0
    await page.goto(`${site.url}${path}`)
    await page.getByText('authenticated').waitFor()
    expect(await mark('user-name')).toBe('Olivia Owner')
    await page.waitForLoadState('networkidle')
    expect(asked.filter((each) => each === '/auth/session')).toHaveLength(1)
  })

  const guarded = ['/members', '/members-news', '/club/notice', '/club/board']
  it.each(guarded)('opens a guarded shared page: %s', async (path) => {
    await page.goto(`${site.url}${path}`)
    await enter()
    await page.waitForURL(`${site.url}${path}`)
    expect(await mark('user-name')).toBe('Olivia Owner')
  })

  it('is wanted of who follows a link to a guarded page', async () => {
    await page.goto(`${site.url}/links`)
    await page.getByText('Dashboard').click()
    await enter()
    await page.waitForURL(`${site.url}/dashboard`)
    expect(await mark('user-name')).toBe('Olivia Owner')
  })

  it('refuses a link to a page that needs a right, and names it', async () => {
    await signIn('member@example.com')
    await page.goto(`${site.url}/links`)
    await page.getByText('Reports').click()
    expect(await mark('error-message')).toContain('read:reports')
  })

  it('closes a guarded page when it cannot be asked for', async () => {
    await page.route('**/auth/session', (route) => route.abort())
    await page.goto(`${site.url}/members`)
    expect(await mark('error-message')).toBeTruthy()
    expect(page.url()).toBe(`${site.url}/members`)
  })

  it('ends with a click', async () => {
    await signIn()
    await page.goto(`${site.url}/links`)
    await page.getByText('Sign out').click()
    await page.waitForURL((url) => url.origin === site.url && url.pathname === '/')
    expect(await mark('status')).toBe('unauthenticated')
  })
})

describe('an app whose pages are all protected', () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite('protected')
  })
  afterAll(() => site.close())

  it('wants a session of who follows a link from an open page', async () => {
    await page.goto(`${site.url}/help`)
    await page.getByText('Home').click()
    await enter()
    await page.waitForURL(`${site.url}/`)
    expect(await mark('user-name')).toBe('Olivia Owner')
  })

  it.each(['/handbook', '/news'])('opens a shared page: %s', async (path) => {
    await page.goto(`${site.url}${path}`)
    await enter()
    await page.waitForURL(`${site.url}${path}`)
    expect(await mark('user-name')).toBe('Olivia Owner')
  })
})

describe('an app with ssr: false', () => {
  let site: Site
  beforeAll(async () => {
    site = await startFrontendSite('spa')
  })
  afterAll(() => site.close())
  it('signs in by itself, and comes back to the page', async () => {
    await page.goto(`${site.url}/dashboard?tab=1`)
    await enter('member@example.com')
    await page.waitForURL(`${site.url}/dashboard?tab=1`)
    expect(await mark('user-name')).toBeTruthy()
    await page.getByText('Reports').click()
    expect(await mark('error-message')).toContain('read:reports')
  })
})
