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
  const { description, license, keywords, repository, engines, exports } = manifest
  const ranges = Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })
  return [
    ...(description ? [] : ['description is missing']),
    ...(license === 'MIT' ? [] : ['license must be MIT']),
    ...(keywords && keywords.length > 0 ? [] : ['keywords are missing']),
    ...(repository?.url && repository.directory ? [] : ['repository needs url and directory']),
    ...(engines?.node ? [] : ['engines.node is missing']),
    ...(exports ? findUntyped(exports) : ['exports is missing']),
    // What only pnpm understands is replaced when it packs.
    ...ranges
      .filter(([, range]) => /^(workspace|catalog|file|link):/.test(range))
      .map(([name, range]) => `${name}: "${range}" means nothing outside of this repository`),
  ]
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
