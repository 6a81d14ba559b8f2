import { createServer } from 'node:net'
import { type Application, type Issuer, type Seed, startIssuer } from '@trefoil/issuer'
import { type Browser, createBrowser, follow, type Page } from './browser.ts'
import type { ContractApp, ContractSettings, StartApp } from './contract-app.ts'

/** Session secrets: the one that apps start with, and the one that comes after a rotation. */
export const secrets = {
  first: 'contract-first-0123456789abcdefghijklmnop',
  second: 'contract-second-9876543210ponmlkjihgfedcba',
} as const

/** An app with an issuer of its own. */
export interface Setup {
  readonly issuer: Issuer
  readonly app: ContractApp
  /** Starts the app again, on the same port, with other settings. */
  restart(changes: Partial<ContractSettings>): Promise<void>
  signIn(email?: string, returnTo?: string): Promise<Browser>
  close(): Promise<void>
}

/** Starts an issuer and an app that is registered with it. */
export async function setUp(
  start: StartApp,
  changes: Partial<ContractSettings> = {},
  seed?: Seed,
): Promise<Setup> {
  const issuer = await startIssuer({ port: 0, ...(seed && { seed }) })
  const port = await findFreePort()
  const settings = register(issuer, port)
  let app = await start({ ...settings, ...changes })
  return {
    issuer,
    get app() {
      return app
    },
    async restart(others) {
      await app.close()
      app = await start({ ...settings, ...changes, ...others })
    },
    async signIn(email = 'owner@example.com', returnTo = '/dashboard') {
      const browser = createBrowser()
      const login = `${app.url}/auth/login?${new URLSearchParams({ returnTo }).toString()}`
      await enter(browser, await browser.visit(login), email)
      return browser
    },
    async close() {
      await app.close()
      await issuer.close()
    },
  }
}

/** Fills the issuer's sign-in form. */
export function enter(browser: Browser, page: Page, email = 'owner@example.com'): Promise<Page> {
  return browser.submit(page, { email, password: 'trefoil' })
}

/** Signs in up to the callback, whose URL it gives. */
export async function stopAtCallback(
  { app }: Setup,
  browser: Browser,
  email = 'owner@example.com',
): Promise<string> {
  const callback = `${app.url}/auth/callback`
  const form = await browser.visit(`${app.url}/auth/login?returnTo=/dashboard`)
  const answers = { email, password: 'trefoil' }
  return follow(await browser.submit(form, answers, { stopBefore: callback }))
}

/** The status of the JSON endpoint that needs a session. */
export async function me({ app }: Setup, browser: Browser): Promise<number> {
  return (await browser.fetch(`${app.url}/api/me`)).status
}

/** How many refreshes the issuer was asked for. */
export function countRefreshes(issuer: Issuer): number {
  return issuer.requests.filter(({ grantType }) => grantType === 'refresh_token').length
}

function register(issuer: Issuer, port: number): ContractSettings {
  const url = `http://localhost:${port}`
  const clientSecret = 'c'.repeat(20) + '0123456789abcdefghij'
  registerApplication(issuer, {
    id: 'contract',
    secret: clientSecret,
    callbackUrls: [`${url}/auth/callback`],
    logoutUrls: [url, `${url}/`],
  })
  return {
    port,
    issuerUrl: issuer.url,
    clientId: 'contract',
    clientSecret,
    secrets: [secrets.first],
  }
}

/** Registers an application that is like the Express demo but for what is given, and without a secret of its. */
export function registerApplication(
  issuer: Issuer,
  application: Partial<Application> & Pick<Application, 'id'>,
): void {
  const model = issuer.seed.applications.find(({ id }) => id === 'express-demo')
  if (!model) throw new Error('The seed has no application express-demo.')
  const { secret: _secret, ...shared } = model
  issuer.addApplication({ ...shared, ...application })
}

/** A port that was free a moment ago. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
