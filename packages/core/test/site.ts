import { type BackendApp, createBackendApp } from '../src/backend-app.ts'
import type { BackendOptions } from '../src/backend-options.ts'
import type { AuthEvent } from '../src/events.ts'
import type { Outcome } from '../src/outcome.ts'
import { type AuthorizationServer, createAuthorizationServer } from './authorization-server.ts'
import { type Browser, createBrowser } from './browser.ts'
import { createFakeProvider, type FakeProvider, paths } from './fake-provider.ts'
import { options, secrets } from './settings.ts'

/** A site with its provider, a browser in front of it and a clock of its own. */
export interface Site {
  readonly provider: FakeProvider
  readonly server: AuthorizationServer
  readonly app: BackendApp
  readonly browser: Browser
  readonly events: AuthEvent[]
  /** Moves the clock on by so many seconds. */
  wait(seconds: number): void
  now(): number
  /** Another server of the same site, as after a deployment with changed options. */
  another(changes?: BackendOptions): BackendApp
  /** Signs in with a browser; gives the answer to the callback. */
  signIn(browser?: Browser, login?: string): Promise<Outcome>
  /** How many token requests there were of a grant type. */
  tokenCalls(grantType?: string): number
}

/** Starts a {@link Site}. */
export async function createSite(changes: BackendOptions = {}): Promise<Site> {
  let now = 1_790_000_000_000
  const clock = (): number => now
  const provider = await createFakeProvider({ clock })
  const server = createAuthorizationServer(provider, options.clientSecret ?? '', clock)
  const events: AuthEvent[] = []
  const onEvent = (event: AuthEvent): void => void events.push(event)
  for (const secret of secrets) server.secrets.add(secret)
  const another = (more: BackendOptions = {}): BackendApp =>
    createBackendApp({ ...options, fetch: provider.fetch, clock, onEvent, ...changes, ...more })
  const app = another()
  const site: Site = {
    provider,
    server,
    app,
    browser: createBrowser(app),
    events,
    wait: (seconds) => void (now += seconds * 1000),
    now: () => now,
    another,
    async signIn(browser = site.browser, login = '/auth/login') {
      const { location } = await browser.go(login)
      return browser.go(await server.authorize(location))
    },
    tokenCalls: (grantType) =>
      provider
        .to(paths.token)
        .filter(({ form }) => grantType === undefined || form.get('grant_type') === grantType)
        .length,
  }
  return site
}
