import { expect, type Page } from '@playwright/test'

/** Somebody who can sign in. */
export interface Person {
  readonly email: string
  readonly password: string
  /** What the demos show of them. */
  readonly name: string | RegExp
}

/** Where the fields and buttons of a provider's pages are, as Playwright's selectors. */
export interface PageParts {
  readonly email: string
  readonly password: string
  /** What agrees that the application may know who somebody is; absent: the provider never asks. */
  readonly consent?: string | undefined
  /** What cancels a sign-in; absent: nothing does. */
  readonly cancel?: string | undefined
  /** What confirms a sign-out; absent: the provider never asks. */
  readonly signOut?: string | undefined
}

/** The pages of the local issuer. */
export const localParts: PageParts = {
  email: 'input[name="email"]',
  password: 'input[name="password"]',
  cancel: 'button:has-text("Cancel"), a:has-text("Cancel")',
}

/** Drives the pages of a provider, whichever it is. */
export class SignInPages {
  readonly #parts: PageParts
  readonly #person: Person
  readonly #site: string

  constructor(parts: PageParts, person: Person, site: string) {
    this.#parts = parts
    this.#person = person
    this.#site = site
  }

  /** Waits until the provider asks who somebody is. */
  async expectForm(page: Page): Promise<void> {
    const { email, password } = this.#parts
    await expect(visible(page, email).or(visible(page, password)).first()).toBeVisible()
  }

  /** Fills in the form that the page shows, and agrees where that is asked. */
  async fill(page: Page): Promise<void> {
    await fillForm(page, this.#parts, this.#person)
    await this.#agree(page)
  }

  /** Signs in from the demo's start page. */
  async signIn(page: Page): Promise<void> {
    await page.goto('/')
    await page.getByTestId('login').click()
    await this.fill(page)
    await page.getByTestId('logout').waitFor()
  }

  /** Presses the demo's button, and confirms where that is asked. */
  async signOut(page: Page): Promise<void> {
    await page.getByTestId('logout').click()
    if (this.#parts.signOut !== undefined) await page.locator(this.#parts.signOut).click()
    await expect(page.getByTestId('login')).toBeVisible()
  }

  /** Cancels the sign-in that the page asks for. */
  async cancel(page: Page): Promise<void> {
    const { cancel } = this.#parts
    if (cancel === undefined) throw new Error('This provider has nothing that cancels a sign-in.')
    await page.locator(cancel).click()
  }

  // Who agreed before may not be asked again.
  async #agree(page: Page): Promise<void> {
    const { consent } = this.#parts
    if (consent === undefined) return
    const button = page.locator(consent)
    const isBack = page
      .waitForURL((url) => url.origin === this.#site, { waitUntil: 'commit' })
      .then(() => true)
    const isAsked = button.waitFor().then(() => false)
    // One of the two never comes.
    for (const late of [isBack, isAsked]) late.catch(() => undefined)
    if (!(await Promise.race([isBack, isAsked]))) await button.click()
  }
}

/** Fills in a sign-in form, whether it asks for everything at once or for the password later. */
export async function fillForm(
  page: Page,
  parts: PageParts,
  { email, password }: Omit<Person, 'name'>,
): Promise<void> {
  const [first, second] = [visible(page, parts.email), visible(page, parts.password)]
  await first.fill(email)
  if (!(await second.isVisible())) await first.press('Enter')
  await second.fill(password)
  await second.press('Enter')
}

function visible(page: Page, selector: string) {
  return page.locator(selector).filter({ visible: true }).first()
}
