import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { root } from './command.mjs'
import { describeEntry } from './api-surface.mjs'
import { readManifest } from './tarball.mjs'

/**
 * What users can import from one entry point.
 * @typedef {object} EntryReport
 * @property {string} entry as users write it
 * @property {string} file where the committed report stands
 * @property {string} text
 * @property {readonly string[]} undocumented names of exports without a docstring
 */

/** @type {ts.CompilerOptions} */
const options = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: [],
}

/**
 * Reads the built declarations of packages and writes down what each entry point offers.
 * @param {readonly string[]} folders of the packages
 * @returns {EntryReport[]}
 */
export function makeReports(folders) {
  const entries = folders.flatMap(listTypedEntries)
  const program = ts.createProgram(
    entries.map(({ declarations }) => declarations),
    options,
  )
  return entries.map((one) => ({
    entry: one.entry,
    file: one.file,
    ...describeEntry(program, one, entries),
  }))
}

/**
 * Says how the committed reports of a package differ from what is built, and what has no docstring.
 * @param {string} folder of the package
 * @returns {string[]}
 */
export function checkReports(folder) {
  if (!existsSync(join(folder, 'dist'))) {
    return existsSync(join(folder, 'src')) ? ['it is not built'] : []
  }
  const broken = listTypedEntries(folder).filter(({ declarations }) => !existsSync(declarations))
  if (broken.length > 0) return broken.map(({ entry }) => `${entry} has no declarations`)
  const reports = makeReports([folder])
  return [
    ...findStrangers(folder, reports),
    ...reports.flatMap(checkReport),
    ...reports.flatMap(({ entry, undocumented }) =>
      undocumented.map((name) => `${name} of ${entry} has no docstring`),
    ),
  ]
}

/**
 * Writes the reports of packages anew.
 * @param {readonly string[]} folders of the packages
 * @returns {string[]} the files that changed
 */
export function writeReports(folders) {
  const built = folders.filter((folder) => existsSync(join(folder, 'dist')))
  const reports = makeReports(built)
  const changed = reports.filter(({ file, text }) => read(file) !== text)
  for (const { file, text } of changed) {
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, text)
  }
  const strangers = built.flatMap((folder) => listStrangers(folder, reports))
  for (const file of strangers) rmSync(file)
  return [...changed.map(({ file }) => file), ...strangers].map((file) => relative(root, file))
}

/** @param {EntryReport} report */
function checkReport({ entry, file, text }) {
  const committed = read(file)
  const name = relative(root, file)
  if (committed === undefined) return [`${entry} has no report ${name}: run \`pnpm api-report\``]
  if (committed === text) return []
  const line = findFirstDifference(committed, text)
  return [
    `${name} is not what is built, from line ${line} on. If the change is meant, run \`pnpm api-report\`, look at the difference and commit it`,
  ]
}

/**
 * @param {string} committed
 * @param {string} built
 */
function findFirstDifference(committed, built) {
  const before = committed.split('\n')
  const after = built.split('\n')
  return after.findIndex((line, index) => line !== before[index]) + 1 || after.length + 1
}

/**
 * @param {string} folder
 * @param {readonly EntryReport[]} reports
 */
function findStrangers(folder, reports) {
  return listStrangers(folder, reports).map(
    (file) => `${relative(root, file)} is about no entry point: run \`pnpm api-report\``,
  )
}

/**
 * @param {string} folder
 * @param {readonly EntryReport[]} reports
 */
function listStrangers(folder, reports) {
  const etc = join(folder, 'etc')
  const known = new Set(reports.map(({ file }) => file))
  const found = existsSync(etc) ? readdirSync(etc) : []
  return found
    .filter((name) => name.endsWith('.api.md'))
    .map((name) => join(etc, name))
    .filter((file) => !known.has(file))
}

/** @param {string} folder */
function listTypedEntries(folder) {
  const { name, exports = {} } = readManifest(folder)
  return Object.entries(exports).flatMap(([key, target]) => {
    const types = typeof target === 'string' ? undefined : target['types']
    if (types === undefined) return []
    return {
      entry: `${name}${key.slice(1)}`,
      file: join(
        folder,
        'etc',
        `${key === '.' ? 'index' : key.slice(2).replaceAll('/', '-')}.api.md`,
      ),
      declarations: join(folder, types),
      folder,
    }
  })
}

/** @param {string} file */
function read(file) {
  // A clone on Windows may have other line ends.
  return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\r\n', '\n') : undefined
}
