import { type Browser, createBrowser, type Page } from '@trefoil/contract/browser'
import { type Application, type Issuer, startIssuer } from '@trefoil/issuer'
import { findFreePort } from '../../contract/src/setup.ts'
import { type Environment, serve, type Served } from './serve.ts'

/** A fixture that is served, with an issuer of its own. */
export interface Site {
  readonly issuer: Issuer
  readonly url: string
  /** What the server printed so far. */
  log(): string
  signIn(email?: string, returnTo?: string): Promise<Browser>
  /** Starts another server of the same site; it is reached at a port of its own. */
  join(): Promise<Served>
  /** Puts the server's clock forward; only the fixture `app` can. */
  passTime(seconds: number): Promise<void>
  close(): Promise<void>
}

export const secret = 'fixture-0123456789abcdefghijklmnopqrstuv'
export const clientSecret = 'fixture-client-secret-0123456789abcdef'

/** Starts a {@link Site}; `env` says more, or with `undefined` less, than the usual environment. */
export async function startSite(
  fixture: string,
  env: Environment = {},
  { start = serve, basePath = '/auth' } = {},
): Promise<Site> {
  const issuer = await startIssuer({ port: 0 })
  const port = await findFreePort()
  const url = `http://localhost:${port}`
  register(issuer, {
    kind: 'backend',
    secret: clientSecret,
    callbackUrls: [`${url}${basePath}/callback`],
  })
  const settings = {
    KINDE_ISSUER_URL: issuer.url,
    KINDE_CLIENT_ID: 'fixture',
    KINDE_CLIENT_SECRET: clientSecret,
    KINDE_SITE_URL: url,
    TREFOIL_SECRET: secret,
    ...env,
  }
  const launch = async (at: number): Promise<Served> => start(fixture, at, settings)
  return createSite(issuer, await launch(port), launch, basePath)
}

/** Starts a {@link Site} whose browser signs in by itself. */
export async function startFrontendSite(fixture: string): Promise<Site> {
  const issuer = await startIssuer({ port: 0 })
  const port = await findFreePort()
  register(issuer, { kind: 'frontend', callbackUrls: [`http://localhost:${port}/callback`] })
  const settings = {
    NUXT_PUBLIC_TREFOIL_FRONTEND_ISSUER: issuer.url,
    NUXT_PUBLIC_TREFOIL_FRONTEND_CLIENT_ID: 'fixture',
  }
  const launch = async (at: number): Promise<Served> => serve(fixture, at, settings)
  return createSite(issuer, await launch(port), launch)
}

function createSite(
  issuer: Issuer,
  first: Served,
  launch: (port: number) => Promise<Served>,
  basePath = '/auth',
): Site {
  const { url, log } = first
  const servers = [first]
  return {
    issuer,
    url,
    log,
    async signIn(email = 'owner@example.com', returnTo = '/') {
      const browser = createBrowser()
      const query = new URLSearchParams({ returnTo }).toString()
      const form = await browser.visit(`${url}${basePath}/login?${query}`)
      await browser.submit(form, { email, password: 'trefoil' })
      return browser
    },
    async join() {
      const server = await launch(await findFreePort())
      servers.push(server)
      return server
    },
    async passTime(seconds) {
      await createBrowser().fetch(`${url}/api/pass-time?seconds=${seconds}`)
    },
    async close() {
      await Promise.all(servers.map(({ close }) => close()))
      await issuer.close()
    },
  }
}

/** The text of an element with a `data-testid`. */
export function readMark({ text }: Page, mark: string): string | undefined {
  return new RegExp(`data-testid="${mark}">(.*?)</`, 's').exec(text)?.[1]
}

function register(
  issuer: Issuer,
  application: Pick<Application, 'kind' | 'secret' | 'callbackUrls'>,
): void {
  const model = issuer.seed.applications.find(({ id }) => id === 'express-demo')
  if (!model) throw new Error('The seed has no application express-demo.')
  const { secret: _secret, ...shared } = model
  const [callback = ''] = application.callbackUrls
  const { origin } = new URL(callback)
  issuer.addApplication({
    ...shared,
    ...application,
    id: 'fixture',
    logoutUrls: [origin, `${origin}/`],
  })
}
