import { randomBytes } from 'node:crypto'
import { type AnotherProvider, findApplication, readAnotherProvider } from './another-provider.ts'
import type { Demo } from './demos.ts'
import { findFreePort, startServer } from './processes.ts'
import { startSecondProvider } from './second-provider.ts'
import { type Person, SignInPages } from './sign-in-pages.ts'

/** A running demo at whichever provider. */
export interface Site {
  readonly url: string
  /** The name that its cookies have in theirs. */
  readonly cookieName: string
  /** Who signs in, by the pages of the provider. */
  readonly person: Person
  readonly pages: SignInPages
  stop(): Promise<void>
}

/** Starts a demo at the provider that the environment names (`E2E_*`), on the port that is registered there. */
export async function startAt(
  provider: AnotherProvider,
  demo: Demo,
  port: number = demo.port,
): Promise<Site> {
  const url = `http://localhost:${port}`
  const application = findApplication(provider, demo)
  if (!application) throw new Error(`The environment names no application for ${demo.name}.`)
  const folder = demo.folder ?? demo.name
  const server = await startServer(folder, demo.command, {
    PORT: String(port),
    KINDE_SITE_URL: url,
    ...application,
    ...(demo.kind === 'backend' && { TREFOIL_SECRET: randomBytes(32).toString('base64') }),
    ...demo.env,
  })
  const { parts, person } = provider
  const pages = new SignInPages(parts, person, url)
  return { url, cookieName: `demo-${folder}`, person, pages, stop: () => server.stop() }
}

/** Starts a demo at the second provider, which has the same names in the environment as any other. */
export async function startAtSecondProvider(demo: Demo): Promise<Site> {
  const port = await findFreePort()
  const sites = [`http://localhost:${port}`]
  const second = await startSecondProvider(0, { backend: sites, frontend: sites })
  const provider = readAnotherProvider(second.environment)
  if (!provider) throw new Error('The second provider does not say where it is.')
  const site = await startAt(provider, demo, port)
  return {
    ...site,
    async stop() {
      await site.stop()
      await second.stop()
    },
  }
}
