import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, root, run } from './command.mjs'
import { isNodeEnough, isPnpmEnough, nodePackageName, nodeVersion } from './toolchain.mjs'

/** Set in the second run, so that it never starts a third. */
const guard = 'TREFOIL_BOOTSTRAPPED'

/**
 * Sees to it that the task runs on a Node and with a pnpm that are new enough, and that the
 * dependencies are installed.
 * @param {readonly string[]} args the task and its arguments
 * @returns {Promise<number | undefined>} the exit code when nothing is left to do here: the task ran
 * in a second process, or cannot run; undefined when it can run in this process
 */
export async function bootstrap(args) {
  const packageManager = readPackageManager()
  const missing = findMissing(packageManager)
  if (missing.length === 0) return install()
  if (process.env[guard] || missing.includes(undefined)) return explain(packageManager)
  const toolchain = fetchToolchain(missing)
  if (!toolchain) return explain(packageManager)
  const env = { ...process.env, [guard]: '1', [toolchain.pathName]: toolchain.path }
  return run(toolchain.node, [join('apps', 'runner', 'run.mjs'), ...args], { env })
}

/**
 * Lets npm fetch packages into its cache and asks where they are. The task is not run by npm: that
 * would put two more processes between it and a signal.
 * @param {readonly (string | undefined)[]} packages
 * @returns {{ node: string, pathName: string, path: string } | undefined}
 */
function fetchToolchain(packages) {
  console.log(`Fetching ${packages.join(' and ')} (only for this project) …`)
  const options = packages.flatMap((name) => (name ? ['--package', name] : []))
  const script = join('apps', 'runner', 'src', 'print-toolchain.mjs')
  const answer = ask('npm', ['exec', '--yes', ...options, '--', 'node', script], 'inherit')
  return answer ? JSON.parse(answer) : undefined
}

/** @param {string} packageManager */
function findMissing(packageManager) {
  const node = nodePackageName(process.platform, process.arch)
  return [
    ...(isNodeEnough(process.versions.node) ? [] : [node && `${node}@${nodeVersion}`]),
    ...(isPnpmEnough(ask('pnpm', ['--version'])) ? [] : [packageManager]),
  ]
}

function readPackageManager() {
  /** @type {{ packageManager: string }} */
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return manifest.packageManager
}

/** @param {string} packageManager */
function explain(packageManager) {
  console.error(
    `This needs Node 22.19 or newer and pnpm 12, and npm could not bring them: this is Node ${process.versions.node} on ${process.platform} ${process.arch}.\n` +
      `Install Node from https://nodejs.org and then: npm install --global ${packageManager}`,
  )
  return 1
}

async function install() {
  Object.assign(process.env, {
    DO_NOT_TRACK: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    NUXT_TELEMETRY_DISABLED: '1',
  })
  const code = await run('pnpm', ['install', '--frozen-lockfile'])
  return code === 0 ? undefined : code
}
