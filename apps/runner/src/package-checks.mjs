import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { capture } from './command.mjs'

/**
 * A check of a packed package; gives what is wrong, nothing when all is well.
 * @typedef {(tarball: import('./tarball.mjs').Tarball) => Promise<string[]> | string[]} PackageCheck
 */

/** Where a `node:` import may stand: one file that only Node resolves. */
const nodeOnlyFiles = ['dist/seal-node.js']
/** Must run where there is no Node. */
const webOnlyPackages = ['@trefoil/core']

/**
 * `only` names the packages that a check is about, where it is not about all.
 * @type {readonly { title: string, check: PackageCheck, only?: readonly string[] }[]}
 */
export const packageChecks = [
  { title: 'manifest', check: checkManifest },
  { title: 'files', check: checkFiles },
  { title: 'quick start', check: checkReadme },
  { title: 'web APIs only', check: checkImports, only: webOnlyPackages },
  { title: 'publint', check: ({ file }) => runTool(['publint', 'run', file, '--strict']) },
  {
    title: 'types (attw)',
    check: ({ file }) => runTool(['attw', file, '--profile', 'esm-only', '--no-color']),
  },
]

/**
 * @param {import('./tarball.mjs').Tarball} tarball
 * @returns {string[]}
 */
export function checkManifest({ manifest }) {
  const { name, description, license, keywords, repository, engines, exports, bin } = manifest
  const folder = `packages/${name.replace(/^@[^/]+\//, '')}`
  const ranges = Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })
  return [
    ...(description ? [] : ['description is missing']),
    ...(license === 'MIT' ? [] : ['license must be MIT']),
    ...(keywords && keywords.length > 0 ? [] : ['keywords are missing']),
    ...(repository?.url ? [] : ['repository.url is missing']),
    ...(repository?.directory === folder ? [] : [`repository.directory must be ${folder}`]),
    ...(engines?.node ? [] : ['engines.node is missing']),
    ...(manifest.type === 'module' ? [] : ['type must be module']),
    ...(manifest.files && manifest.files.length > 0 ? [] : ['files is missing']),
    ...(manifest.sideEffects === undefined ? ['sideEffects is missing'] : []),
    ...(exports || bin ? findUntyped(exports ?? {}) : ['exports is missing']),
    // What only pnpm understands is replaced when it packs.
    ...ranges
      .filter(([, range]) => /^(workspace|catalog|file|link):/.test(range))
      .map(([peer, range]) => `${peer}: "${range}" means nothing outside of this repository`),
    ...findUntestedPeers(manifest),
  ]
}

/**
 * What is promised is tried: each major version of a peer is a development dependency, under its own
 * name or an alias.
 * @param {import('./tarball.mjs').Manifest} manifest
 */
function findUntestedPeers({ peerDependencies = {}, devDependencies = {} }) {
  const tested = Object.entries(devDependencies).map(([name, range]) => {
    const [, alias = name, version = range] = /^npm:(.+)@(.+)$/.exec(range) ?? []
    return `${alias} ${readMajor(version)}`
  })
  return Object.entries(peerDependencies).flatMap(([name, range]) =>
    range
      .split('||')
      .filter((part) => !tested.includes(`${name} ${readMajor(part)}`))
      .map((part) => `peerDependencies: no test has ${name} ${part.trim()}`),
  )
}

/** @param {string} range */
function readMajor(range) {
  return /\d+/.exec(range)?.[0]
}

/**
 * A quick start has at most four steps.
 * @param {import('./tarball.mjs').Tarball} tarball
 * @returns {string[]}
 */
export function checkReadme({ folder }) {
  const file = join(folder, 'README.md')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const section = /^## Quick start.*\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(text)?.[1]
  if (section === undefined) return ['README.md has no "## Quick start"']
  const steps = section.match(/^\d+\. /gm)?.length ?? 0
  return steps > 4 ? [`the quick start of README.md has ${steps} steps, four at most`] : []
}

/**
 * attw is content with a package that has no types at all.
 * @param {NonNullable<import('./tarball.mjs').Manifest['exports']>} exports
 */
function findUntyped(exports) {
  return Object.entries(exports)
    .filter(
      ([key, target]) => !key.endsWith('.json') && (typeof target === 'string' || !target['types']),
    )
    .map(([key]) => `exports["${key}"] has no types`)
}

/**
 * @param {import('./tarball.mjs').Tarball} tarball
 * @returns {string[]}
 */
export function checkFiles({ folder }) {
  const missing = ['README.md', 'LICENSE'].filter((name) => !existsSync(join(folder, name)))
  const tests = listFiles(folder).filter((file) => /\.test\./.test(file))
  return [
    ...missing.map((name) => `${name} is not in the tarball`),
    ...tests.map((file) => `${file} is a test, yet published`),
  ]
}

/**
 * @param {import('./tarball.mjs').Tarball} tarball
 * @returns {string[]}
 */
export function checkImports({ folder }) {
  return listFiles(folder)
    .filter((file) => file.endsWith('.js') && !nodeOnlyFiles.includes(file))
    .filter((file) => importsNode(readFileSync(join(folder, file), 'utf8')))
    .map((file) => `${file} imports from node:`)
}

/** @param {string} code */
function importsNode(code) {
  return /\b(?:from|import)\s*\(?\s*["']node:/.test(code)
}

/**
 * @param {string} folder
 * @returns {string[]} with slashes, on Windows as well
 */
function listFiles(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

/** @param {readonly string[]} args */
async function runTool(args) {
  const { code, output } = await capture('pnpm', ['exec', ...args])
  return code === 0 ? [] : output.trim().split('\n')
}
