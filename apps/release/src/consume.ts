import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listEntries } from '../../runner/src/install-check.mjs'
import { readManifest } from '../../runner/src/tarball.mjs'
import { askApi, audience } from './api-calls.ts'
import type { Consumer, Resolution } from './consumers.ts'
import { installPackages } from './install.ts'
import type { Site } from './issuer.ts'
import { loginInBrowser, loginOverHttp, runJob } from './logins.ts'
import type { PackageSource } from './package-source.ts'
import { type Place, type Running, runToEnd, startServer } from './processes.ts'
import { readQuickStart } from './quick-start.ts'

/** Plays a consumer from `npm install` to the sign-out. Throws at the first thing that goes wrong. */
export async function consume(
  site: Site,
  issuer: string,
  source: PackageSource,
  folder: string,
): Promise<void> {
  const { consumer } = site
  if (consumer.demo === undefined) copyFiles(site, folder)
  else await createProject(consumer.demo, source, folder)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  await installPackages(folder, source, manifest)
  const env = makeEnvironment(site, issuer)
  if (consumer.demo === undefined) {
    writeFileSync(join(folder, consumer.envFile ?? '.env'), formatEnvironment(env))
    await checkTypes(consumer, folder)
  }
  // A demo has an `.env` already, for the ports that it usually has: what is set goes before that.
  const place = { cwd: folder, env: { ...bare(), ...(consumer.demo !== undefined && env) } }
  for (const command of consumer.build ?? []) {
    // oxlint-disable-next-line no-await-in-loop -- one stands on the other
    await runToEnd(command, place)
  }
  if (consumer.start) await play(site, issuer, consumer.start, place)
}

async function play(
  { consumer, application, port, url }: Site,
  issuer: string,
  start: readonly string[],
  place: Place,
): Promise<void> {
  if (consumer.kind === 'machine') return runJob(start, place)
  const command = start.map((part) => (part === 'PORT' ? String(port) : part))
  await use(await startServer(command, place, url), async () => {
    if (consumer.asks) return askApi(url, issuer, application, consumer.asks)
    return consumer.needsBrowser ? loginInBrowser(url) : loginOverHttp(url)
  })
}

function copyFiles(site: Site, folder: string): void {
  const { name } = site.consumer
  const home = fileURLToPath(new URL(`../consumers/${name}`, import.meta.url))
  cpSync(home, folder, { recursive: true })
  writeQuickStart(site.consumer, site, folder)
}

/** What `npm create trefoil` does: installs the program in a place of its own and runs it. */
async function createProject(demo: string, source: PackageSource, folder: string): Promise<void> {
  const program = `${folder}-program`
  mkdirSync(program)
  const dependencies = { 'create-trefoil': 'latest' }
  await installPackages(program, source, { dependencies })
  const command = join(program, 'node_modules/create-trefoil/dist/create.js')
  const options = ['--framework', demo, '--yes', '--no-install']
  await runToEnd(['node', command, folder, ...options], { cwd: program })
}

async function use(server: Running, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } finally {
    await server.stop()
  }
}

function writeQuickStart({ quickStart, rename = {} }: Consumer, site: Site, folder: string): void {
  if (!quickStart) return
  for (const [index, snippet] of readQuickStart(quickStart.folder).entries()) {
    const file = snippet.file ?? quickStart.files[index]
    if (file === undefined || file === '') continue
    const target = join(folder, rename[file] ?? file)
    mkdirSync(dirname(target), { recursive: true })
    // The usual ports may be taken here.
    writeFileSync(target, snippet.code.replaceAll(/\b[34]000\b/g, String(site.port)))
  }
}

function makeEnvironment(
  { consumer, application, url, port }: Site,
  issuer: string,
): Record<string, string> {
  const { id, secret = '', kind } = application
  const shared = { KINDE_ISSUER_URL: issuer, PORT: String(port) }
  if (consumer.asks) return { ...shared, KINDE_AUDIENCE: audience }
  if (kind === 'machine') {
    return { ...shared, KINDE_M2M_CLIENT_ID: id, KINDE_M2M_CLIENT_SECRET: secret }
  }
  const known = { ...shared, KINDE_CLIENT_ID: id, KINDE_SITE_URL: url }
  if (kind === 'frontend') return { ...known, VITE_ISSUER_URL: issuer, VITE_CLIENT_ID: id }
  return {
    ...known,
    KINDE_CLIENT_SECRET: secret,
    TREFOIL_SECRET: randomBytes(32).toString('base64'),
  }
}

function formatEnvironment(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join('')
}

/** A KINDE_* of the developer's would hide a line that is missing. */
function bare(): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env
  return {
    PATH,
    HOME,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    NUXT_TELEMETRY_DISABLED: '1',
  }
}

const ways: readonly Resolution[] = ['bundler', 'node16', 'nodenext']

/**
 * Compiles an import of each of our entries, and the consumer's own code where it does not depend on one
 * way, in each way that TypeScript resolves packages.
 */
async function checkTypes(consumer: Consumer, folder: string): Promise<void> {
  const { package: name, resolutions = ways } = consumer
  const entries = listEntries(readManifest(join(folder, 'node_modules', name)))
  const lines = entries.map((entry, index) => `export * as entry${index} from '${entry}'\n`)
  writeFileSync(join(folder, 'entries.mts'), lines.join(''))
  const own = 'tsconfig.entries.json'
  const project = existsSync(join(folder, own)) ? own : 'tsconfig.json'
  const tsc = ['node', 'node_modules/typescript/bin/tsc', '-p', project]
  await Promise.all(
    resolutions.map((resolution) => {
      const module = resolution === 'bundler' ? 'esnext' : resolution
      const how = ['--module', module, '--moduleResolution', resolution]
      return runToEnd([...tsc, ...how], { cwd: folder })
    }),
  )
}
