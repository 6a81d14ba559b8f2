import { createBrowser } from '@trefoil/contract/browser'
import { chromium, type Locator, type Page } from 'playwright'
import { launchOptions } from '../../runner/src/chromium.ts'
import { type Place, runToEnd, StepError } from './processes.ts'

/** Who signs in; they may read the reports. */
export const owner = { email: 'owner@example.com', password: 'trefoil' } as const
const ownerName = 'Olivia Owner'

/** Signs in at a server-rendered site by its dashboard, and out again. */
export async function loginOverHttp(site: string): Promise<void> {
  const browser = createBrowser()
  const form = await browser.visit(`${site}/dashboard`)
  const page = await browser.submit(form, owner)
  expect(page.url === `${site}/dashboard`, `the sign-in ended at ${page.url}`)
  expect(page.status === 200, `the dashboard has status ${page.status}`)
  expect(page.text.includes(ownerName), `the dashboard does not say ${ownerName}`)
  const headers = { origin: site }
  const out = await browser.visit(`${site}/auth/logout`, { method: 'POST', headers, form: {} })
  expect(out.url.startsWith(site), `the sign-out ended at ${out.url}`)
  const again = await browser.send(`${site}/dashboard`)
  expect(again.status >= 300 && again.status < 400, 'the dashboard is open after the sign-out')
}

/** Signs in at a front-end app in Chromium, and out again. */
export async function loginInBrowser(site: string): Promise<void> {
  const browser = await chromium.launch(launchOptions(chromium.executablePath()))
  const page = await browser.newPage()
  page.setDefaultTimeout(60_000)
  const complaints = collectComplaints(page)
  try {
    await page.goto(site)
    await findAction(page, 'login', 'Sign in').click()
    await page.locator('input[name=email]').fill(owner.email)
    await page.locator('input[name=password]').fill(owner.password)
    await page.locator('input[name=password]').press('Enter')
    await page.getByText(ownerName).first().waitFor()
    expect(page.url().startsWith(site), `the sign-in ended at ${page.url()}`)
    await findAction(page, 'logout', 'Sign out').click()
    await findAction(page, 'login', 'Sign in').waitFor()
    expect(page.url().startsWith(site), `the sign-out ended at ${page.url()}`)
  } catch (cause) {
    const text = await page.locator('body').textContent()
    const lines = [`${page.url()} says: ${text?.trim()}`, ...complaints, String(cause)]
    throw new StepError(lines.join('\n'), { cause })
  } finally {
    await browser.close()
  }
}

/** What goes wrong in a page without its saying so. */
function collectComplaints(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('requestfailed', (request) => {
    complaints.push(`${request.url()}: ${request.failure()?.errorText}`)
  })
  return complaints
}

/** By the mark that the demos have, or by its text. */
function findAction(page: Page, mark: string, text: string): Locator {
  return page
    .getByTestId(mark)
    .or(page.getByText(text, { exact: true }))
    .first()
}

/** Runs a job of a machine application, which prints whom it found. */
export async function runJob(command: readonly string[], place: Place): Promise<void> {
  const output = await runToEnd(command, place)
  expect(output.includes(owner.email), `the job does not print ${owner.email}: ${output}`)
}

/** Throws {@link StepError} with what is wrong, unless it holds. */
export function expect(holds: boolean, problem: string): void {
  if (!holds) throw new StepError(problem)
}
