import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { FrontendApp } from '../src/frontend-app.ts'
import { createFrontendEngine } from '../src/frontend-engine.ts'
import { createShell } from '../src/frontend-shell.ts'
import { type Browser, createBrowser, frontendOptions } from './tabs.ts'

let browser: Browser
let isOffline: boolean
let loads: number
beforeEach(async () => {
  browser = await createBrowser()
  isOffline = true
  loads = 0
})

/** An app whose engine is a file of its own, as it is in a page. */
async function start(): Promise<FrontendApp> {
  const { page } = browser.tab()
  const options = { ...frontendOptions, fetch: browser.provider.fetch }
  const app = createShell(options, page, async (given, store) => {
    loads += 1
    if (isOffline) throw new TypeError('Failed to fetch dynamically imported module')
    return createFrontendEngine(given, page, store)
  })
  await app.start()
  return app
}

describe('a page that cannot load what a sign-in needs', () => {
  it.each<[string, (app: FrontendApp) => Promise<unknown>]>([
    ['login', async (app) => app.login()],
    ['refresh', async (app) => app.refresh()],
  ])('says of %s that it is trouble that may pass', async (_name, act) => {
    const app = await start()
    await expect(act(app)).rejects.toMatchObject({
      code: 'provider_unavailable',
      cause: expect.any(TypeError),
    })
  })

  it.each<[string, (app: FrontendApp) => Promise<unknown>]>([
    ['getAccessToken', async (app) => app.getAccessToken()],
    ['fetch', async (app) => app.fetch('https://api.example/reports')],
  ])('says of %s that nobody is signed in, and loads nothing', async (_name, act) => {
    const app = await start()
    const refusal = { code: 'not_authenticated', title: 'Sign in to go on' }
    await expect(act(app)).rejects.toMatchObject(refusal)
    expect(loads).toBe(0)
  })

  it('takes the session of another tab at the next word, when it is online again', async () => {
    const app = await start()
    const other = await browser.signIn()
    await vi.waitFor(() => expect(loads).toBe(1))
    expect(app.getSnapshot()).toMatchObject({ status: 'unauthenticated', error: null })
    isOffline = false
    browser.wait(3_600)
    await other.app.refresh()
    await vi.waitFor(() => expect(app.getSnapshot().status).toBe('authenticated'))
  })
})
