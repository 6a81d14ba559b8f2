import type { BackendApp, RefreshOptions } from '../src/backend-app.ts'
import type { Authentication } from '../src/backend-context.ts'
import type { Outcome, RequestView, SetCookie } from '../src/outcome.ts'
import { navigation } from './view.ts'

/** What a page's script sends along with a `fetch` to its own site. */
export const fetched: Readonly<Record<string, string>> = {
  accept: 'application/json',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
  'sec-fetch-site': 'same-origin',
}

/** What a browser sends when somebody clicks a link of the site itself. */
export const clicked: Readonly<Record<string, string>> = {
  ...navigation,
  'sec-fetch-site': 'same-origin',
}

/** A request of a {@link Browser}. */
export interface BrowserRequest {
  readonly method?: string
  /** In place of those of a navigation from nowhere. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A browser without a socket: it keeps cookies and sends them, and remembers every outcome. */
export interface Browser {
  /** The cookies it holds, by name. */
  readonly jar: Map<string, string>
  /** Everything it was answered. */
  readonly outcomes: Outcome[]
  /** The view of a request that it would make now. */
  view(url: string, request?: BrowserRequest): RequestView
  /** Asks one of the routes and keeps the cookies. */
  go(url: string, request?: BrowserRequest): Promise<Outcome>
  /** Opens a page of the application, which refreshes the session. */
  open(url?: string, options?: RefreshOptions): Promise<Authentication>
  /** Keeps the cookies of an answer. */
  keep(cookies: readonly SetCookie[]): void
  /** The names of its cookies that begin so. */
  names(prefix: string): string[]
  /** Another browser with a copy of the cookies, in front of another server or the same. */
  copy(app?: BackendApp): Browser
}

/** Makes a {@link Browser} in front of an app. */
export function createBrowser(app: BackendApp, origin = 'https://app.example'): Browser {
  const jar = new Map<string, string>()
  const browser: Browser = {
    jar,
    outcomes: [],
    view(url, { method = 'GET', headers = navigation } = {}) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const all = new Headers({ ...headers, ...(cookie !== '' && { cookie }) })
      return {
        method,
        url: new URL(url, origin).href,
        header: (name) => all.get(name) ?? undefined,
      }
    },
    async go(url, request) {
      const outcome = await app.handle(browser.view(url, request))
      if (!outcome) throw new Error(`${url} is none of the routes`)
      browser.outcomes.push(outcome)
      browser.keep(outcome.cookies)
      return outcome
    },
    async open(url = '/', options) {
      const authentication = await app.refresh(browser.view(url), options)
      browser.keep(authentication.cookies)
      return authentication
    },
    keep(cookies) {
      for (const { name, value, maxAge } of cookies) {
        if (maxAge === 0) jar.delete(name)
        else jar.set(name, value)
      }
    },
    names: (prefix) => [...jar.keys()].filter((name) => name.startsWith(prefix)),
    copy(other = app) {
      const twin = createBrowser(other, origin)
      for (const [name, value] of jar) twin.jar.set(name, value)
      return twin
    },
  }
  return browser
}
