import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Browser, createBrowser, type Tab } from './tabs.ts'

let browser: Browser
let warnings: number[]

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  warnings = []
  browser = await createBrowser({
    idleTimeout: 600,
    idleWarning: 60,
    onIdleWarning: (seconds) => void warnings.push(seconds),
  })
})
afterEach(() => void vi.useRealTimers())

/** Lets time pass as the tab's timers see it. */
async function wait(seconds: number): Promise<void> {
  browser.wait(seconds)
  await vi.advanceTimersByTimeAsync(1_000)
}

async function expectStatus(tab: Tab, status: string): Promise<void> {
  await vi.waitFor(() => expect(tab.app.getSnapshot().status).toBe(status))
}

describe('an idle time', () => {
  it('warns once, then signs out here and at the provider', async () => {
    const tab = await browser.signIn()
    await wait(539)
    expect(warnings).toEqual([])
    await wait(1)
    await wait(1)
    expect(warnings).toEqual([60])
    await wait(59)
    await expectStatus(tab, 'unauthenticated')
    await vi.waitFor(() => expect(tab.destination()).toContain('/logout?'))
    expect(browser.server.revoked).toHaveLength(1)
  })

  it('begins anew with a sign of life, in any tab', async () => {
    const tab = await browser.signIn()
    const other = browser.tab()
    await other.app.start()
    await wait(550)
    expect(warnings.length).toBeGreaterThan(0)
    other.page.fire('activity')
    await wait(550)
    await expectStatus(tab, 'authenticated')
    await expectStatus(other, 'authenticated')
  })

  it('is told by the session', async () => {
    const tab = await browser.signIn()
    const { session } = tab.app.getSnapshot()
    expect((session?.expiresAt ?? 0) - (session?.authenticatedAt ?? 0)).toBe(600)
  })
})
