import { randomUUID } from 'node:crypto'
import { test as base, expect, type Page } from '@playwright/test'
import { readAnotherProvider } from './another-provider.ts'
import { type Demo, demos, portableDemos } from './demos.ts'
import { fillForm, localParts } from './sign-in-pages.ts'
import { type Site, startAt, startAtSecondProvider } from './site.ts'
import { password, startStack, type Stack } from './stack.ts'

export { expect }

interface WorkerFixtures {
  /** The name of the demo under test. */
  readonly demo: string
  readonly site: Site
  readonly stack: Stack
}

const anotherProvider = readAnotherProvider(process.env)

/**
 * The test of every spec: `site` is the running demo at whichever provider, and all that a portable spec may
 * use; `stack` is that of the local issuer, with the issuer and the reports API; `baseURL` is the demo's.
 */
export const test = base.extend<object, WorkerFixtures>({
  demo: ['express', { option: true, scope: 'worker' }],
  site: [
    async ({ demo }, use) => {
      const site = await startSite(demo)
      await use(site)
      await site.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  stack: [
    async ({ site }, use) => {
      if (!isStack(site)) throw new Error('This spec needs the local issuer: it wants a tag.')
      await use(site)
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ site }, use) => use(site.url),
})

/** Has the local issuer give the tests of this group access tokens that live for so many seconds. */
export function useShortTokens(seconds: number): void {
  let before = 0
  test.beforeEach(({ stack }) => {
    before = stack.issuer.settings.accessTokenLifetime
    stack.issuer.settings.accessTokenLifetime = seconds
  })
  test.afterEach(({ stack }) => {
    stack.issuer.settings.accessTokenLifetime = before
  })
}

/** Fills in the local issuer's sign-in form, which the page shows. */
export async function fillSignIn(
  page: Page,
  email: string,
  secret: string = password,
): Promise<void> {
  await fillForm(page, localParts, { email, password: secret })
}

/** Signs in from the demo's start page. */
export async function signIn(page: Page, email: string): Promise<void> {
  await page.goto('/')
  await page.getByTestId('login').click()
  await fillSignIn(page, email)
  await page.getByTestId('logout').waitFor()
}

/** Registers somebody new, who is then signed in, and gives their email. */
export async function register(page: Page): Promise<string> {
  const email = `new-${randomUUID()}@example.com`
  await page.goto('/')
  await page.getByTestId('register').click()
  const fields = page.locator('form input:not([type="hidden"]):not([type="submit"])')
  await expect(fields.first()).toBeVisible()
  for (const field of await fields.all()) {
    const name = (await field.getAttribute('name')) ?? ''
    await field.fill(name === 'email' ? email : name.includes('password') ? password : 'Nora')
  }
  await fields.last().press('Enter')
  await page.getByTestId('logout').waitFor()
  return email
}

function startSite(name: string): Promise<Site> {
  if (anotherProvider) return startAt(anotherProvider, findDemo(portableDemos, name))
  const demo = findDemo(demos, name)
  return demo.provider === 'second' ? startAtSecondProvider(demo) : startStack(demo)
}

function isStack(site: Site): site is Stack {
  return 'issuer' in site
}

function findDemo(list: readonly Demo[], name: string): Demo {
  const demo = list.find((entry) => entry.name === name)
  if (!demo) throw new Error(`There is no demo ${name} in support/demos.ts.`)
  return demo
}
