import type { Page } from '@playwright/test'

/** All that a site has stored in the browser: both storages, databases, caches and cookies. */
export async function readStorage(page: Page, url: string): Promise<string> {
  const stored = await page.evaluate(async () => [
    JSON.stringify(Object.entries(localStorage)),
    JSON.stringify(Object.entries(sessionStorage)),
    JSON.stringify(await indexedDB.databases()),
    JSON.stringify(await caches.keys()),
  ])
  const cookies = await page.context().cookies(url)
  return [...stored, ...cookies.map(({ name, value }) => `${name}=${value}`)].join('\n')
}

/** What the token endpoint answers to a page while something is done. */
export async function readTokenCalls(
  page: Page,
  task: () => Promise<void>,
): Promise<Record<string, unknown>[]> {
  const answers: Promise<Record<string, unknown>>[] = []
  await page.route('**/oauth2/token', async (route) => {
    const response = await route.fetch()
    answers.push(response.json())
    await route.fulfill({ response })
  })
  await task()
  await page.unroute('**/oauth2/token')
  return Promise.all(answers)
}
