import { beforeEach, describe, expect, it } from 'vitest'
import { createBrowser } from './browser.ts'
import { createSite, type Site } from './site.ts'
import { createOpenStore } from './stores.ts'

const hour = 3600

/** Whether nothing in a value can be changed, however deep. */
function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isFrozen)
}

describe.each(['cookies', 'a store'])('SE-27 a session in %s', (place) => {
  let site: Site
  beforeEach(async () => {
    site = await createSite()
    const session = place === 'cookies' ? {} : { store: createOpenStore(site.now) }
    site = { ...site, browser: createBrowser(site.another({ session })) }
    site.server.lifetime = hour
    await site.signIn(site.browser)
  })

  it('cannot be changed, whether it was read, touched, renewed or kept', async () => {
    const { browser } = site
    const states: string[] = []
    const open = async (): Promise<void> => {
      const { state, session } = await browser.open()
      states.push(state)
      expect(session).not.toBeNull()
      expect([state, isFrozen(session)]).toEqual([state, true])
    }
    await open()
    await open()
    site.wait(hour)
    const earlier = browser.copy()
    await open()
    // A request that left before the new cookie came is answered with the successor.
    const late = await earlier.open()
    expect(late.session).not.toBeNull()
    expect(isFrozen(late.session)).toBe(true)
    site.server.lifetime = 24 * hour
    site.wait(hour)
    await open()
    site.wait(3 * hour)
    await open()
    site.provider.on('/oauth2/token', () => new Response('', { status: 503 }))
    site.wait(21 * hour)
    await open()
    expect(states).toEqual(['current', 'current', 'renewed', 'renewed', 'current', 'kept'])
  })

  it('takes no right from an application that writes into it', async () => {
    const { browser } = site
    site.wait(hour)
    const earlier = browser.copy()
    const { session } = await browser.open()
    expect(Reflect.set(session?.permissions ?? [], '1', 'admin:everything')).toBe(false)
    expect((await earlier.open()).session?.permissions).toEqual(['read:reports'])
  })
})
