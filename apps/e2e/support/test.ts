import { randomUUID } from 'node:crypto'
import { test as base, expect, type Page } from '@playwright/test'
import { type Demo, demos } from './demos.ts'
import { startStack, type Stack } from './stack.ts'

export { expect }

export const password = 'trefoil'

interface WorkerFixtures {
  /** The name of the demo under test. */
  readonly demo: string
  readonly stack: Stack
}

/** The test of every spec: `stack` is the running demo with its issuer, `baseURL` the demo's. */
export const test = base.extend<object, WorkerFixtures>({
  demo: ['express', { option: true, scope: 'worker' }],
  stack: [
    async ({ demo }, use) => {
      const stack = await startStack(findDemo(demo))
      await use(stack)
      await stack.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ stack }, use) => use(stack.url),
})

/** Fills in the issuer's sign-in form, which the page shows. */
export async function fillSignIn(
  page: Page,
  email: string,
  secret: string = password,
): Promise<void> {
  await page.locator('input[name="email"]').fill(email)
  await page.locator('input[name="password"]').fill(secret)
  await page.locator('input[name="password"]').press('Enter')
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

function findDemo(name: string): Demo {
  const demo = demos.find((entry) => entry.name === name)
  if (!demo) throw new Error(`There is no demo ${name} in support/demos.ts.`)
  return demo
}
