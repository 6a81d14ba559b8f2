import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFrontendApp, type FrontendApp } from '../../src/frontend-app.ts'
import { createAuthorizationServer, type AuthorizationServer } from '../authorization-server.ts'
import { createFakeProvider, type FakeProvider, paths } from '../fake-provider.ts'
import { frontendOptions } from '../tabs.ts'
import { catchDeparture } from './departure.ts'

// A whole app on a real page: its storage, its channel, its locks and its cryptography.

let now = Date.now()
let provider: FakeProvider
let server: AuthorizationServer
const apps: FrontendApp[] = []
const home = location.href

beforeEach(async () => {
  // The tests run in a frame, where an app would take an answer for that of a silent sign-in.
  Object.defineProperty(window, 'parent', { value: window, configurable: true })
  sessionStorage.clear()
  localStorage.clear()
  now = Date.now()
  provider = await createFakeProvider({ clock: () => now })
  server = createAuthorizationServer(provider, undefined, () => now)
})
afterEach(() => {
  for (const app of apps.splice(0)) app.stop()
  history.replaceState(null, '', home)
})

function open(): FrontendApp {
  const app = createFrontendApp({
    ...frontendOptions,
    fetch: provider.fetch,
    clock: () => now,
    silentLogin: false,
  })
  apps.push(app)
  return app
}

async function signIn(): Promise<FrontendApp> {
  const departure = catchDeparture()
  await open().login({ returnTo: '/reports?page=2#top' })
  departure.stop()
  history.replaceState(null, '', await server.authorize(departure.url().href))
  const app = open()
  await app.start()
  return app
}

const renewals = (): number =>
  provider.to(paths.token).filter(({ form }) => form.get('grant_type') === 'refresh_token').length

describe('a front-end app in a browser', () => {
  it('signs in, comes back, and keeps no access token in any storage', async () => {
    const app = await signIn()
    expect(app.getSnapshot()).toMatchObject({ status: 'authenticated', error: null })
    expect(`${location.pathname}${location.search}${location.hash}`).toBe('/reports?page=2#top')
    const token = await app.getAccessToken()
    expect(token).toMatch(/^eyJ/)
    const kept = JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage)])
    expect(kept).toContain('refreshToken')
    expect(kept).not.toMatch(/eyJ/)
    expect(Object.values(localStorage).join()).not.toContain('refreshToken')
  })

  it('SP-02 keeps the user over a reload', async () => {
    const before = await signIn()
    before.stop()
    const app = open()
    await app.start()
    expect(app.getSnapshot().status).toBe('authenticated')
    expect(renewals()).toBe(1)
  })

  it('SP-03 SP-04 five pages at expiry make one renewal, and all go on', async () => {
    const first = await signIn()
    const all = [first]
    for (let page = 0; page < 4; page++) {
      // A page of its own has a storage of its own; what it hears is on the channel.
      sessionStorage.clear()
      const app = open()
      // oxlint-disable-next-line no-await-in-loop -- one page is opened after the other
      await app.start()
      expect(app.getSnapshot().status).toBe('authenticated')
      all.push(app)
    }
    expect(renewals()).toBe(0)
    now += 3_601_000
    const tokens = await Promise.all(all.map(async (app) => app.getAccessToken()))
    expect(renewals()).toBe(1)
    expect(new Set(tokens).size).toBe(1)
  })

  it('tells the other pages of a sign-out', async () => {
    const first = await signIn()
    const other = open()
    await other.start()
    const departure = catchDeparture()
    await first.logout()
    expect(departure.url().pathname).toBe('/logout')
    departure.stop()
    await vi.waitFor(() => expect(other.getSnapshot().status).toBe('unauthenticated'))
    expect([...Object.keys(sessionStorage), ...Object.keys(localStorage)]).toEqual([])
  })
})
