import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDeferred } from './deferred.ts'
import { json, paths } from './fake-provider.ts'
import { type Browser, createBrowser, frontendOptions, origin, type Tab } from './tabs.ts'

let browser: Browser

beforeEach(async () => {
  browser = await createBrowser()
})

const everywhere = ['tab', 'memory', 'browser-readable-by-any-script'] as const
const status = (tab: Tab): string => tab.app.getSnapshot().status

/** A second tab that has found out who is signed in. */
async function openTab(url = '/'): Promise<Tab> {
  const tab = browser.tab(url)
  await tab.app.start()
  return tab
}

async function heard(): Promise<void> {
  // What is said on a channel is heard in the next turn of the loop.
  await new Promise((resolve) => setTimeout(resolve, 5))
}

/** A `fetch` that holds the answers to renewals back, though the provider has given them. */
function holdRenewals(fetch: typeof globalThis.fetch): {
  fetch: typeof globalThis.fetch
  held: Promise<undefined>
  release: () => void
} {
  const held = createDeferred<undefined>()
  const released = createDeferred<undefined>()
  return {
    held: held.promise,
    release: () => released.resolve(undefined),
    async fetch(input, init) {
      const response = await fetch(input, init)
      const { body } = init ?? {}
      if (!(body instanceof URLSearchParams) || body.get('grant_type') !== 'refresh_token') {
        return response
      }
      held.resolve(undefined)
      await released.promise
      return response
    },
  }
}

function goOffline(): () => void {
  return browser.provider.on(paths.token, () => {
    throw new TypeError('Failed to fetch')
  })
}

describe('where tokens live', () => {
  it.each(everywhere)(
    'SP-01 with storage %s the access token is in memory only',
    async (storage) => {
      const tab = await browser.signIn('/', { storage })
      const token = await tab.app.getAccessToken()
      const kept = [...tab.page.tabStore.entries, ...browser.browserStore.entries]
      expect(JSON.stringify(kept)).not.toContain(token)
      expect(JSON.stringify(tab.app.getSnapshot())).not.toMatch(/eyJ/)
    },
  )

  it('SP-01 the refresh token is where the option says and nowhere else', async () => {
    const places = async (storage: (typeof everywhere)[number]): Promise<boolean[]> => {
      browser = await createBrowser({ storage })
      const tab = await browser.signIn()
      return [tab.page.tabStore, browser.browserStore].map(({ entries }) =>
        [...entries.values()].some((value) => value.includes('refreshToken')),
      )
    }
    expect(await places('memory')).toEqual([false, false])
    expect(await places('tab')).toEqual([true, false])
    expect(await places('browser-readable-by-any-script')).toEqual([false, true])
  })

  it('a session that a former setting left behind is removed', async () => {
    browser.browserStore.write('trefoil:client-1:session', 'left behind')
    await browser.signIn()
    expect(browser.browserStore.read('trefoil:client-1:session')).toBeUndefined()
  })
})

describe('a reload', () => {
  it('SP-02 keeps the user signed in, with one request', async () => {
    const tab = await browser.signIn()
    await tab.open('/reports').start()
    expect(status(tab)).toBe('authenticated')
    expect(browser.tokenCalls('refresh_token')).toBe(1)
    expect(tab.page.href).toBe(`${origin}/reports`)
    await tab.app.getAccessToken()
    expect(browser.tokenCalls()).toBe(2)
  })

  it('RF-07 keeps the user while the provider is down, and says that the claims may be old', async () => {
    const tab = await browser.signIn()
    const undo = goOffline()
    await tab.open('/').start()
    expect(tab.app.getSnapshot()).toMatchObject({
      status: 'authenticated',
      isStale: true,
      error: { code: 'provider_unavailable' },
      session: { user: { id: 'kp_1' } },
    })
    await expect(tab.app.getAccessToken()).rejects.toMatchObject({ code: 'provider_unavailable' })
    undo()
    browser.wait(10)
    tab.page.fire('online')
    await vi.waitFor(() => expect(tab.app.getSnapshot().isStale).toBe(false))
    expect(await tab.app.getAccessToken()).toMatch(/^eyJ/)
  })

  it('signs nobody in with a session of another provider', async () => {
    const tab = await browser.signIn()
    const kept = tab.page.tabStore.read('trefoil:client-1:session') ?? ''
    tab.page.tabStore.write('trefoil:client-1:session', kept.replace('tenant.kinde', 'other.kinde'))
    await tab.open('/').start()
    expect(status(tab)).toBe('unauthenticated')
    expect(browser.tokenCalls('refresh_token')).toBe(0)
  })

  it('RF-22 ends cleanly when the provider has ended the session, once and without a loop', async () => {
    const tab = await browser.signIn()
    browser.server.endGrants()
    await tab.open('/').start()
    expect(tab.app.getSnapshot()).toMatchObject({
      status: 'unauthenticated',
      session: null,
      error: { code: 'session_expired' },
    })
    for (let round = 0; round < 5; round++) {
      await expect(tab.app.getAccessToken()).rejects.toMatchObject({ code: 'not_authenticated' })
      tab.page.fire('visible')
    }
    await tab.open('/').start()
    expect(browser.tokenCalls('refresh_token')).toBe(1)
  })
})

describe('a second tab', () => {
  it.each(everywhere)(
    'with storage %s is signed in without a request to the user',
    async (storage) => {
      browser = await createBrowser({ storage })
      await browser.signIn()
      const second = await openTab()
      expect(status(second)).toBe('authenticated')
      expect(await second.app.getAccessToken()).toMatch(/^eyJ/)
      expect(second.page.assigned).toEqual([])
    },
  )

  it('takes the session of another when it is asked to renew before it was started', async () => {
    browser = await createBrowser({ storage: 'memory' })
    const first = await browser.signIn()
    const second = browser.tab()
    await second.app.refresh()
    expect(status(second)).toBe('authenticated')
    expect(status(await openTab())).toBe('authenticated')
    await first.app.logout()
    await vi.waitFor(() => expect(status(second)).toBe('unauthenticated'))
  })

  it('asks the provider in a frame when no tab is left', async () => {
    const first = await browser.signIn()
    first.close()
    browser.frame = async (url) => browser.server.authorize(url)
    const second = await openTab()
    expect(status(second)).toBe('authenticated')
    expect(browser.provider.to(paths.authorization)).toEqual([])
  })

  it('is signed out, cleanly and soon, when the provider would have to ask', async () => {
    const first = await browser.signIn()
    first.close()
    const second = await openTab()
    expect(second.app.getSnapshot()).toMatchObject({ status: 'unauthenticated', error: null })
    const asked = vi.fn<Browser['frame']>()
    browser.frame = asked
    await openTab()
    expect(asked).not.toHaveBeenCalled()
  })

  it('CB-01 takes no answer in a frame that is for another attempt', async () => {
    const first = await browser.signIn()
    first.close()
    browser.frame = async (url) => {
      const answer = new URL(await browser.server.authorize(url))
      answer.searchParams.set('state', 'other')
      return answer.href
    }
    expect(status(await openTab())).toBe('unauthenticated')
  })

  it('asks in no frame when it is told not to', async () => {
    const first = await browser.signIn()
    first.close()
    const asked = vi.fn<Browser['frame']>()
    browser.frame = asked
    const second = browser.tab('/', { silentLogin: false })
    await second.app.start()
    expect(status(second)).toBe('unauthenticated')
    expect(asked).not.toHaveBeenCalled()
  })

  it('LO-08 learns of a sign-in, a sign-out and a switch of the organization elsewhere', async () => {
    const second = await openTab()
    expect(status(second)).toBe('unauthenticated')
    const first = await browser.signIn()
    await vi.waitFor(() => expect(status(second)).toBe('authenticated'))

    browser.wait(1)
    await first.app.switchOrganization('org_globex')
    browser.server.rights = { org_code: 'org_globex', permissions: [] }
    await first.open(await browser.server.authorize(first.destination())).start()
    await vi.waitFor(() => {
      expect(second.app.getSnapshot().session?.organization?.code).toBe('org_globex')
    })
    expect(second.app.getSnapshot().session?.permissions).toEqual([])

    await first.app.logout()
    await vi.waitFor(() => expect(status(second)).toBe('unauthenticated'))
    expect(second.page.tabStore.keys()).toEqual([])
    expect(second.page.assigned).toEqual([])
  })

  it('learns of a sign-out by storage where there is no channel', async () => {
    browser.lacks.add('channel')
    browser = await createBrowser({ storage: 'browser-readable-by-any-script' })
    browser.lacks.add('channel')
    const first = await browser.signIn()
    const second = await openTab()
    expect(status(second)).toBe('authenticated')
    await first.app.logout()
    await vi.waitFor(() => expect(status(second)).toBe('unauthenticated'))
  })
})

describe('the access token', () => {
  it('SP-10 is renewed once for all who ask', async () => {
    const tab = await browser.signIn()
    browser.wait(3600)
    const tokens = await Promise.all(Array.from({ length: 20 }, () => tab.app.getAccessToken()))
    expect(new Set(tokens).size).toBe(1)
    expect(browser.tokenCalls('refresh_token')).toBe(1)
  })

  it('RF-01 is renewed once for five tabs, with strict rotation', async () => {
    const first = await browser.signIn()
    const tabs = [first, await openTab(), await openTab(), await openTab(), await openTab()]
    browser.wait(3600)
    const tokens = await Promise.all(tabs.map(async ({ app }) => app.getAccessToken()))
    expect(browser.tokenCalls('refresh_token')).toBe(1)
    expect(new Set(tokens).size).toBe(1)
    for (const tab of tabs) expect(status(tab)).toBe('authenticated')
  })

  it('RF-01 is renewed once although tabs learn late what the one with the lock did', async () => {
    const tabs = [await browser.signIn(), await openTab(), await openTab()]
    browser.lag = 120
    browser.wait(3600)
    const tokens = await Promise.all(tabs.map(async ({ app }) => app.getAccessToken()))
    expect(new Set(tokens).size).toBe(1)
    expect(browser.tokenCalls('refresh_token')).toBe(1)
  })

  it('RF-01 is renewed once when a tab asks for the lock before it has heard of the renewal', async () => {
    const [first, second] = [await browser.signIn(), await openTab()]
    browser.lag = 40
    browser.wait(3600)
    const token = await first.app.getAccessToken()
    expect(await second.app.getAccessToken()).toBe(token)
    expect(browser.tokenCalls('refresh_token')).toBe(1)
  })

  it.each(['locks', 'channel'] as const)(
    'SP-04 is renewed by each tab in its turn without %s, and nobody is signed out',
    async (feature) => {
      browser = await createBrowser({ storage: 'browser-readable-by-any-script' })
      browser.lacks.add(feature)
      const tabs = [await browser.signIn(), await openTab(), await openTab()]
      browser.wait(3600)
      await Promise.all(tabs.map(async ({ app }) => app.getAccessToken()))
      for (const tab of tabs) expect(status(tab)).toBe('authenticated')
    },
  )

  it('RF-18 is renewed before the first call after a sleep, and once for all who wake', async () => {
    const tabs = [await browser.signIn(), await openTab(), await openTab()]
    browser.setClock(10 * 3600)
    for (const { page } of tabs) page.fire('visible')
    await Promise.all(tabs.map(async ({ app }) => app.getAccessToken()))
    expect(browser.tokenCalls('refresh_token')).toBe(1)
  })

  it('RF-18 is renewed although the clock was set back', async () => {
    const tab = await browser.signIn()
    const before = await tab.app.getAccessToken()
    browser.wait(3500)
    browser.setClock(-3500)
    browser.wait(101)
    expect(await tab.app.getAccessToken()).not.toBe(before)
  })

  it('SP-16 outlives a device whose clock is ten minutes slow, by the time of the server', async () => {
    browser = await createBrowser()
    const { fetch } = browser.provider
    let ahead = 0
    const clock = (): number => 1_790_000_000_000 + ahead
    const dated: typeof fetch = async (input, init) => {
      const response = await fetch(input, init)
      const date = new Date(1_790_000_000_000).toUTCString()
      return new Response(response.body, {
        status: response.status,
        headers: { ...Object.fromEntries(response.headers), date },
      })
    }
    ahead = -600_000
    const tab = await browser.signIn('/', { fetch: dated, clock })
    expect(status(tab)).toBe('authenticated')
  })

  it('RF-07 serves on while the provider is down, and then says that it is', async () => {
    const tab = await browser.signIn()
    const token = await tab.app.getAccessToken()
    const undo = goOffline()
    browser.wait(3580)
    expect(await tab.app.getAccessToken()).toBe(token)
    expect(tab.app.getSnapshot()).toMatchObject({ status: 'authenticated', isStale: true })
    browser.wait(30)
    await expect(tab.app.getAccessToken()).rejects.toMatchObject({ code: 'provider_unavailable' })
    expect(status(tab)).toBe('authenticated')
    undo()
    browser.wait(10)
    expect(await tab.app.getAccessToken()).not.toBe(token)
    expect(tab.app.getSnapshot()).toMatchObject({ isStale: false, error: null })
  })

  it('RF-16 is renewed at most once a request although it lives a second', async () => {
    browser.server.lifetime = 1
    const tab = await browser.signIn()
    browser.wait(5)
    await tab.app.getAccessToken()
    const before = browser.tokenCalls()
    for (let round = 0; round < 10; round++) tab.page.fire('visible')
    await heard()
    expect(browser.tokenCalls()).toBe(before)
  })

  it.each([
    ['overlap', 'authenticated'],
    ['strict', 'unauthenticated'],
  ] as const)(
    'RF-08 whose renewal was lost on its way is asked for again: %s rotation leaves the user %s',
    async (rotation, outcome) => {
      browser.server.rotation = rotation
      const { fetch } = browser.provider
      let refreshes = 0
      const lossy: typeof fetch = async (input, init) => {
        const response = await fetch(input, init)
        const isRefresh =
          init?.body instanceof URLSearchParams && init.body.get('grant_type') === 'refresh_token'
        if (isRefresh && ++refreshes === 1) throw new TypeError('connection reset')
        return response
      }
      const tab = await browser.signIn('/', { fetch: lossy })
      browser.wait(3600)
      await expect(tab.app.refresh()).rejects.toMatchObject({ code: 'provider_unavailable' })
      expect(tab.app.getSnapshot()).toMatchObject({ status: 'authenticated', isStale: true })
      browser.wait(10)
      await tab.app.getAccessToken().catch(() => undefined)
      await tab.app.getAccessToken().catch(() => undefined)
      expect(status(tab)).toBe(outcome)
      expect(refreshes).toBe(2)
    },
  )

  it('RF-11 is thrown away with the session when the ID token with it is another user’s', async () => {
    const tab = await browser.signIn()
    browser.wait(3600)
    browser.server.refreshed = { id_token: await browser.provider.idToken({ sub: 'kp_2' }) }
    await expect(tab.app.getAccessToken()).rejects.toMatchObject({ code: 'id_token_invalid' })
    expect(tab.app.getSnapshot()).toMatchObject({ status: 'unauthenticated', session: null })
  })

  it('RF-12 RF-15 brings the new rights at once, with or without an ID token', async () => {
    const tab = await browser.signIn()
    browser.server.rights = { permissions: ['write:reports'], org_code: 'org_globex' }
    browser.server.refreshed = { id_token: null, refresh_token: null }
    browser.wait(3600)
    await tab.app.refresh()
    expect(tab.app.getSnapshot().session).toMatchObject({
      user: { name: 'Olivia Owner' },
      permissions: ['write:reports'],
      organization: { code: 'org_globex' },
    })
  })

  it('is nobody’s when nobody is signed in', async () => {
    const tab = await openTab()
    await expect(tab.app.getAccessToken()).rejects.toMatchObject({ code: 'not_authenticated' })
    expect(browser.provider.requests).toEqual([])
  })
})

describe('a sign-out', () => {
  it('LO-01 ends the session here first, revokes it and goes to the provider', async () => {
    const tab = await browser.signIn('/', { postLogoutRedirectUrl: '/bye' })
    const leaving = tab.app.logout()
    await leaving
    expect(tab.app.getSnapshot()).toMatchObject({ status: 'unauthenticated', session: null })
    expect(tab.destination()).toBe(
      `${frontendOptions.issuer}/logout?redirect=${encodeURIComponent(`${origin}/bye`)}`,
    )
    expect(browser.server.revoked).toHaveLength(1)
    expect(tab.page.tabStore.keys()).toEqual([])
    expect(browser.browserStore.keys()).toEqual([])
  })

  it('RF-20 is not undone by a renewal that was on its way, whose tokens end too', async () => {
    const late = holdRenewals(browser.provider.fetch)
    const tab = await browser.signIn('/', { fetch: late.fetch })
    const second = await openTab()
    browser.wait(3600)
    const asked = tab.app.getAccessToken().catch((error: unknown) => error)
    await late.held
    await tab.app.logout()
    late.release()
    await asked
    await heard()
    expect(status(tab)).toBe('unauthenticated')
    expect(status(second)).toBe('unauthenticated')
    expect(tab.page.tabStore.keys()).toEqual([])
    expect(browser.server.revoked).toHaveLength(2)
  })

  it('RF-20 is not undone by what another tab says too late', async () => {
    const tab = await browser.signIn()
    const said = browser.said.findLast((message) => JSON.stringify(message).includes('"session"'))
    const other = await openTab()
    await tab.app.logout()
    await heard()
    tab.page.openChannel('trefoil:client-1:', () => undefined)?.post(said)
    other.page.openChannel('trefoil:client-1:', () => undefined)?.post(said)
    await heard()
    expect([status(tab), status(other)]).toEqual(['unauthenticated', 'unauthenticated'])
  })

  it('LO-09 hides a page that comes back from the history until it is known who is signed in', async () => {
    const first = await browser.signIn()
    const second = await openTab()
    // As a page in the back-forward cache, it hears nothing of what happens.
    second.app.stop()
    await first.app.logout()
    await heard()
    await second.app.start()
    second.page.fire('restored')
    expect(second.app.getSnapshot().session).toBeNull()
    await vi.waitFor(() => expect(status(second)).toBe('unauthenticated'))
  })

  it('works while the provider is away', async () => {
    const tab = await browser.signIn()
    await tab.open('/').start()
    browser.provider.on(paths.revocation, () => json({}, 503))
    await tab.app.logout()
    expect(status(tab)).toBe('unauthenticated')
  })
})

describe('two people', () => {
  it('RF-21 SP-17 a renewal in one tab does not overwrite a new sign-in in another', async () => {
    const late = holdRenewals(browser.provider.fetch)
    const first = await browser.signIn('/', { fetch: late.fetch })
    const second = await openTab()
    browser.wait(3600)
    const asked = first.app.getAccessToken().catch((error: unknown) => error)
    await late.held
    browser.server.user = { sub: 'kp_2', name: 'Max Member' }
    browser.server.rights = { permissions: [] }
    await second.app.login()
    await second.open(await browser.server.authorize(second.destination())).start()
    await heard()
    late.release()
    await asked
    await heard()
    for (const tab of [first, second]) {
      expect(tab.app.getSnapshot().session).toMatchObject({ user: { id: 'kp_2' }, permissions: [] })
    }
  })
})

describe('time', () => {
  beforeEach(
    () =>
      void vi.useFakeTimers({
        toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
      }),
  )
  afterEach(() => void vi.useRealTimers())

  it('RF-17 a lifetime of ages fires no timer at once', async () => {
    browser.server.lifetime = 3_000_000_000
    const timer = vi.spyOn(globalThis, 'setTimeout')
    const tab = await browser.signIn()
    const longest = Math.max(...timer.mock.calls.map(([, wait = 0]) => wait))
    expect(longest).toBe(2 ** 31 - 1)
    await vi.advanceTimersByTimeAsync(1000)
    expect(browser.tokenCalls('refresh_token')).toBe(0)
    tab.close()
  })

  it('a token is renewed by itself when it is due, by a tab that is seen', async () => {
    const tab = await browser.signIn()
    tab.page.isHidden = true
    browser.wait(3600)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(browser.tokenCalls('refresh_token')).toBe(0)
    tab.page.isHidden = false
    await vi.advanceTimersByTimeAsync(20_000)
    await vi.waitFor(() => expect(browser.tokenCalls('refresh_token')).toBe(1))
    tab.close()
  })
})

describe('a tab that could not renew what it found in storage', () => {
  it('hands that to no other tab', async () => {
    const tab = await browser.signIn()
    const undo = goOffline()
    await tab.open('/').start()
    expect(status(tab)).toBe('authenticated')
    expect(status(await openTab())).toBe('unauthenticated')
    undo()
  })
})

describe('the snapshot', () => {
  it('is the same object until something changes, and loading on a server', async () => {
    const tab = await browser.signIn()
    const { app } = tab
    const before = app.getSnapshot()
    expect(app.getSnapshot()).toBe(before)
    const listener = vi.fn<() => void>()
    const unsubscribe = app.subscribe(listener)
    browser.wait(3600)
    await app.refresh()
    expect(app.getSnapshot()).not.toBe(before)
    expect(listener).toHaveBeenCalled()
    unsubscribe()
    listener.mockClear()
    await app.logout()
    expect(listener).not.toHaveBeenCalled()
    expect(app.getServerSnapshot()).toBe(app.getServerSnapshot())
    expect(app.getServerSnapshot().status).toBe('loading')
  })

  it('asks nobody when nobody was ever signed in', async () => {
    const tab = browser.tab()
    expect(status(tab)).toBe('loading')
    await tab.app.start()
    expect(status(tab)).toBe('unauthenticated')
    expect(browser.provider.requests).toEqual([])
    expect(browser.said).toEqual([])
  })
})
