import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture, root } from './command.mjs'

/**
 * The fields of a published `package.json` that the checks read.
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {string} [description]
 * @property {string} [license]
 * @property {string[]} [keywords]
 * @property {{ url?: string, directory?: string }} [repository]
 * @property {{ node?: string }} [engines]
 * @property {string} [type]
 * @property {string[]} [files]
 * @property {boolean | string[]} [sideEffects]
 * @property {string | Record<string, string>} [bin]
 * @property {Record<string, string | Record<string, string>>} [exports]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 */

/**
 * A packed and unpacked package.
 * @typedef {object} Tarball
 * @property {string} file
 * @property {string} folder Where its content is.
 * @property {Manifest} manifest As npm users get it.
 */

/** The folders of the packages that are published, in alphabetical order. */
export function listPublicPackages() {
  const packages = join(root, 'packages')
  return readdirSync(packages)
    .sort()
    .map((name) => join(packages, name))
    .filter((folder) => !readManifest(folder).private)
}

/**
 * @param {string} folder
 * @returns {Manifest}
 */
export function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/**
 * Packs a package just as it would be published, and unpacks it.
 * @param {string} folder of the package
 * @param {string} target where the tarball and its content go
 * @returns {Promise<Tarball>}
 * @throws {Error} with what the tools said
 */
export async function pack(folder, target) {
  mkdirSync(target, { recursive: true })
  await must('pnpm', ['pack', '--pack-destination', target], folder)
  const name = readdirSync(target).find((entry) => entry.endsWith('.tgz'))
  if (!name) throw new Error('pnpm pack wrote no tarball.')
  // By its name only: a Windows path would read as a host.
  await must('tar', ['-xzf', name], target)
  const content = join(target, 'package')
  return { file: join(target, name), folder: content, manifest: readManifest(content) }
}

/**
 * @param {string} file
 * @param {readonly string[]} args
 * @param {string} cwd
 */
async function must(file, args, cwd) {
  const { code, output } = await capture(file, args, { cwd })
  if (code !== 0) throw new Error(output.trim())
}
