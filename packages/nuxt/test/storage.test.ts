import { expect, it } from 'vitest'
import { startSite } from './site.ts'

it('keeps sessions in a mount of the storage that the environment names, and an id in the cookie', async () => {
  const site = await startSite('app', { NUXT_TREFOIL_SESSION_STORAGE: 'sessions' })
  try {
    const browser = await site.signIn()
    expect(browser.cookies.get('contract.session')?.length).toBeLessThan(500)
    expect((await browser.fetch(`${site.url}/api/me`)).text).toContain('owner@example.com')
    const copy = new Map(browser.cookies)
    await browser.send(`${site.url}/auth/logout`, {
      method: 'POST',
      headers: { origin: site.url },
    })
    // Sealed in cookies, a copy would still be good.
    for (const [name, value] of copy) browser.cookies.set(name, value)
    expect((await browser.fetch(`${site.url}/api/me`)).status).toBe(401)
  } finally {
    await site.close()
  }
})
