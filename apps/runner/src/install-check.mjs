import { writeFileSync } from 'node:fs'
import { capture } from './command.mjs'

/**
 * Installs the tarballs with plain npm, as a user would.
 * @param {readonly import('./tarball.mjs').Tarball[]} tarballs
 * @param {string} folder an empty one
 * @returns {Promise<string[]>} what is wrong
 */
export async function installTarballs(tarballs, folder) {
  writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, type: 'module' }))
  const files = tarballs.map(({ file }) => file)
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  const { code, output } = await capture('npm', ['install', ...options, ...files], { cwd: folder })
  return code === 0 ? [] : output.trim().split('\n')
}

/**
 * Imports every entry of an installed package with plain Node.
 * @param {import('./tarball.mjs').Tarball} tarball
 * @param {string} folder where it is installed
 * @returns {Promise<string[]>} what is wrong
 */
export async function importEntries({ manifest }, folder) {
  const problems = []
  for (const entry of listEntries(manifest)) {
    const code = `const entry = await import(${JSON.stringify(entry)}); if (Object.keys(entry).length === 0) throw new Error("exports nothing")`
    const args = ['--input-type=module', '--eval', code]
    const result = await capture(process.execPath, args, { cwd: folder })
    if (result.code !== 0) problems.push(`import '${entry}': ${result.output.trim()}`)
  }
  return problems
}

/**
 * What users can import, as they write it.
 * @param {import('./tarball.mjs').Manifest} manifest
 * @returns {string[]}
 */
export function listEntries({ name, exports = {} }) {
  return Object.keys(exports)
    .filter((key) => !key.endsWith('.json'))
    .map((key) => `${name}${key.slice(1)}`)
}
