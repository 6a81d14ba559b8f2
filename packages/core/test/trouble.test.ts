import { beforeEach, describe, expect, it } from 'vitest'
import { type Browser, createBrowser } from './browser.ts'
import { json, paths } from './fake-provider.ts'
import { createSite, type Site } from './site.ts'
import { createOpenStore, type OpenStore } from './stores.ts'
import { untilDone, useFastTimers } from './time.ts'

/** Past the end of a token of an hour. */
const over = 3601

describe('two servers whose store was gone for a moment', () => {
  useFastTimers()
  let site: Site
  let store: OpenStore
  let one: Browser
  let two: Browser
  beforeEach(async () => {
    site = await createSite()
    store = createOpenStore(site.now)
    one = createBrowser(site.another({ session: { store } }))
    await untilDone(site.signIn(one))
    two = one.copy(site.another({ session: { store } }))
    site.wait(over)
  })

  it('LD-05 store new tokens by themselves, before the other server could use the spent one', async () => {
    let isGone = true
    store.before = async (operation, key) => {
      if (operation === 'set' && key.includes(':session:') && isGone) throw new Error('restarting')
    }
    expect(await untilDone(one.open())).toMatchObject({ state: 'kept' })
    isGone = false
    // Only the first server has them, and nobody asks it any more.
    const { session } = await untilDone(two.open())
    expect(session?.user.id).toBe('kp_1')
    expect(site.tokenCalls('refresh_token')).toBe(1)
    expect((await untilDone(two.open('/', { force: true }))).state).toBe('renewed')
  })

  it('LD-05 release a lock that could not be released, so that nobody waits for its end', async () => {
    let failures = 0
    const { lock } = store
    store.lock = async (key, timeToLive) => {
      const release = await lock?.(key, timeToLive)
      return (
        release &&
        (async () => {
          if (failures++ < 2) throw new Error('restarting')
          await release()
        })
      )
    }
    const undo = site.provider.on(paths.token, () => json({ error: 'server_error' }, 500))
    expect(await untilDone(one.open())).toMatchObject({ state: 'kept' })
    undo()
    expect(await untilDone(two.open())).toMatchObject({ state: 'renewed' })
    expect(failures).toBeGreaterThan(2)
  })
})

describe('a provider that is down', () => {
  it('LD-03 is not where a browser is sent; after five seconds one sign-in looks', async () => {
    const site = await createSite()
    await site.signIn()
    const undo = [paths.token, paths.discovery].map((path) =>
      site.provider.on(path, () => json({}, 503)),
    )
    for (let round = 0; round < 3; round++) {
      await site.browser.open('/', { force: true })
      // After the time in which nobody asks again.
      site.wait(2)
    }
    const login = async (): Promise<string> => {
      const { status, headers } = await createBrowser(site.app).go('/auth/login')
      return `${status} ${headers['retry-after'] ?? ''}`.trim()
    }
    const asked = site.provider.to(paths.discovery).length
    expect(await login()).toBe('503 5')
    expect(site.provider.to(paths.discovery)).toHaveLength(asked)
    site.wait(5)
    expect(await login()).toBe('503 5')
    expect(site.provider.to(paths.discovery)).toHaveLength(asked + 1)
    for (const each of undo) each()
    site.wait(5)
    expect(await login()).toBe('302')
  })
})
