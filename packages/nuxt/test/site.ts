import { createBrowser } from '@trefoil/contract/browser'
import {
  type BuiltSite,
  findFreePort,
  registerApplication,
  signInAt,
} from '@trefoil/contract/fixtures'
import { type Issuer, startIssuer } from '@trefoil/issuer'
import { type Environment, serve, type Served } from './serve.ts'

/** A fixture that is served; only `app` can put its clock forward. */
export interface Site extends BuiltSite {
  /** What the server printed so far. */
  log(): string
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
  registerApplication(issuer, {
    id: 'fixture',
    secret: clientSecret,
    callbackUrls: [`${url}${basePath}/callback`],
    logoutUrls: [url, `${url}/`],
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
  const url = `http://localhost:${port}`
  registerApplication(issuer, {
    id: 'fixture',
    kind: 'frontend',
    callbackUrls: [`${url}/callback`],
    logoutUrls: [url, `${url}/`],
  })
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
    signIn: async (email, returnTo) => signInAt(`${url}${basePath}`, email, returnTo),
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
