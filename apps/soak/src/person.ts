import { Agent } from 'node:http'
import { type Browser, createBrowser, type Page } from '@trefoil/contract/browser'
import type { Answer, App } from './app.ts'

/** Somebody with a browser. */
export interface Person {
  /** Who they are: the `sub` at the provider. */
  readonly id: string
  readonly browser: Browser
  /** Signs in and returns the page that this ended on: `/page`, or another. */
  signIn(app: App, returnTo?: string): Promise<Page>
  signOut(app: App): Promise<Page>
  switchOrganization(app: App, code: string): Promise<Page>
  get(app: App, path?: string): Promise<Page>
}

/** Connections are kept, as a real client would; close it when the apps are closed. */
export const agent: Agent = new Agent({ keepAlive: true, maxSockets: 300, scheduling: 'fifo' })

/** Makes a {@link Person}; `cookies` are those of another browser, for a copy of it. */
export function createPerson(id: string, cookies?: ReadonlyMap<string, string>): Person {
  const browser = createBrowser(cookies, agent)
  return {
    id,
    browser,
    signIn: (app, returnTo = '/page') =>
      browser.visit(
        `${app.url}/auth/login?${new URLSearchParams({ returnTo, login_hint: id }).toString()}`,
      ),
    async signOut(app) {
      const { origin } = new URL(app.url)
      return browser.send(`${app.url}/auth/logout`, { method: 'POST', headers: { origin } })
    },
    switchOrganization: (app, code) =>
      browser.visit(`${app.url}/auth/switch-organization?returnTo=%2Fpage&org_code=${code}`),
    get: (app, path = '/page') => browser.fetch(`${app.url}${path}`),
  }
}

/** The same request many times at once, each with the cookies as they are now. */
export async function burst(person: Person, apps: readonly App[], count: number): Promise<Page[]> {
  const cookies = new Map(person.browser.cookies)
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const app = apps[index % apps.length]
      if (!app) throw new Error('There is no app.')
      return createPerson(person.id, cookies).get(app, '/data')
    }),
  )
}

/** Reads an answer of `/page` or `/data`; `undefined` when it is another. */
export function readAnswer(page: Page): Answer | undefined {
  if (page.status !== 200 || !page.text.startsWith('{')) return undefined
  const answer: Answer = JSON.parse(page.text)
  return answer
}
