import { join } from 'node:path'
import { createBrowser } from '@trefoil/contract/browser'
import {
  type BuiltSite,
  type Environment,
  findFreePort,
  registerApplication,
  type ServerProcess,
  signInAt,
  startServerProcess,
} from '@trefoil/contract/fixtures'
import { startIssuer } from '@trefoil/issuer'
import { fixture, nextProgram, type NextVersion } from './fixtures.ts'

/** How a fixture is started. */
export interface SiteOptions {
  /** The folder of the fixture. */
  readonly fixture: string
  /** The name under which its version of Next is installed. */
  readonly next?: NextVersion
  /** What the environment says beside, or instead of, the usual; an empty text is not set. */
  readonly env?: Readonly<Record<string, string>>
  /** Where our routes stand. */
  readonly basePath?: string
  /** Starts `server.js` of the standalone output, in this folder of the fixture. */
  readonly standalone?: string
}

/** A fixture that `next start` serves. */
export interface Site extends BuiltSite {
  /** What the server printed so far. */
  log(): string
  /** How many refreshes the issuer was asked for. */
  refreshes(): number
  /** Starts the server again with another environment, on the same port and with the same issuer. */
  restart(env: Readonly<Record<string, string>>): Promise<void>
}

const secret = 'fixture-0123456789abcdefghijklmnopqrstuv'
const clientSecret = 'fixture-client-secret-0123456789abcdef'

/** Starts a {@link Site}. */
export async function startSite(options: SiteOptions): Promise<Site> {
  const issuer = await startIssuer({ port: 0 })
  const port = await findFreePort()
  const url = `http://localhost:${port}`
  const basePath = options.basePath ?? '/auth'
  registerApplication(issuer, {
    id: 'fixture',
    secret: clientSecret,
    callbackUrls: [`${url}${basePath}/callback`],
    logoutUrls: [url, `${url}/`],
  })
  const usual = {
    KINDE_ISSUER_URL: issuer.url,
    KINDE_CLIENT_ID: 'fixture',
    KINDE_CLIENT_SECRET: clientSecret,
    KINDE_SITE_URL: url,
    TREFOIL_SECRET: secret,
    ...options.env,
  }
  let server = await serve(port, options, usual)
  const others: ServerProcess[] = []
  return {
    issuer,
    url,
    log: () => server.log(),
    async restart(env) {
      await server.close()
      server = await serve(port, options, { ...usual, ...env })
    },
    refreshes: () =>
      issuer.requests.filter(({ grantType }) => grantType === 'refresh_token').length,
    signIn: async (email, returnTo = '/dashboard') =>
      signInAt(`${url}${basePath}`, email, returnTo),
    async join() {
      const at = await findFreePort()
      others.push(await serve(at, options, usual))
      return { url: `http://localhost:${at}` }
    },
    async passTime(seconds) {
      await createBrowser().fetch(`${url}/api/pass-time?seconds=${seconds}`)
    },
    async close() {
      await Promise.all([server, ...others].map((each) => each.close()))
      await issuer.close()
    },
  }
}

function serve(
  port: number,
  { fixture: name, next = 'next', standalone }: SiteOptions,
  env: Environment,
): Promise<ServerProcess> {
  const args =
    standalone === undefined ? [nextProgram(next), 'start', '-p', String(port)] : ['server.js']
  return startServerProcess(args, {
    cwd: join(fixture(name), standalone ?? '.'),
    env: { PORT: String(port), ...env },
    readyMark: 'Ready in',
  })
}
