import { availableParallelism } from 'node:os'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBrowser } from './browser.mjs'
import { root, run } from './command.mjs'
import { countPlaywright } from './playwright-report.mjs'
import { readCount } from './reports.mjs'
import { distrust } from './summary.mjs'
import { countVitest } from './vitest-report.mjs'

/**
 * A part of `npm test`.
 * @typedef {object} Step
 * @property {string} name What `npm test -- <name>` runs alone.
 * @property {string} title
 * @property {boolean} [isNeededByAll] When it fails, the others cannot tell anything.
 * @property {() => Promise<import('./summary.mjs').Count>} run
 */

const turbo = ['exec', 'turbo', 'run']
const unitReport = join(root, 'test-results/unit.json')
const endToEndReport = join(root, 'apps/e2e/test-results/e2e.json')

/** @type {readonly Step[]} */
export const steps = [
  {
    ...check('build', 'Build', [...turbo, 'build', '--output-logs=errors-only']),
    isNeededByAll: true,
  },
  check('types', 'Types', [
    ...turbo,
    'typecheck',
    '--output-logs=errors-only',
    '--continue=always',
  ]),
  check('format', 'Format', ['run', 'format:check']),
  check('lint', 'Lint', ['run', 'lint']),
  check('knip', 'Dead code', ['run', 'knip']),
  { name: 'unit', title: 'Unit and contract tests', run: runUnit },
  { ...check('packages', 'Packages', ['run', 'test:packages']) },
  { name: 'consumers', title: 'Packages in empty folders', run: runConsumers },
  { name: 'e2e', title: 'End-to-end tests in Chromium', run: runEndToEnd },
]

/**
 * A step whose program either passes or fails as a whole.
 * @param {string} name
 * @param {string} title
 * @param {readonly string[]} args of pnpm
 * @returns {Step}
 */
function check(name, title, args) {
  return {
    name,
    title,
    async run() {
      const code = await run('pnpm', args)
      return distrust(title, { passed: code === 0 ? 1 : 0, failed: [], skipped: [] }, code)
    },
  }
}

async function runUnit() {
  const title = 'Unit and contract tests'
  const hasBrowser = await ensureBrowser()
  rmSync(unitReport, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`]
  // Many tests wait for sockets and clocks, and vitest alone would take one worker on two cores.
  const workers = `--maxWorkers=${availableParallelism() + 1}`
  // The others tell what they can tell.
  const projects = hasBrowser ? [] : ['--project=!browser']
  const code = await run('pnpm', ['exec', 'vitest', 'run', workers, ...projects, ...reporters])
  const count = readCount(
    unitReport,
    (/** @type {import('./vitest-report.mjs').VitestReport} */ report) => countVitest(report, root),
  )
  const failed = hasBrowser ? count.failed : [...count.failed, noBrowser(title)]
  return distrust(title, { ...count, failed }, code)
}

/** @param {string} title */
function noBrowser(title) {
  return `${title}: no Chromium; set CHROMIUM_PATH`
}

// The quick ones, without a registry; `pnpm release:check` plays all.
async function runConsumers() {
  const title = 'Packages in empty folders'
  if (!(await ensureBrowser())) return { passed: 0, failed: [noBrowser(title)], skipped: [] }
  const args = ['--filter', 'release', 'check', '--quick', '--from-tarballs']
  const code = await run('pnpm', args)
  return distrust(title, { passed: code === 0 ? 1 : 0, failed: [], skipped: [] }, code)
}

async function runEndToEnd() {
  const title = 'End-to-end tests'
  if (!(await ensureBrowser())) {
    return { passed: 0, failed: [noBrowser(title)], skipped: [] }
  }
  rmSync(endToEndReport, { force: true })
  const code = await run('pnpm', [...turbo, 'e2e', '--output-logs=new-only', '--log-prefix=none'])
  return distrust(title, readCount(endToEndReport, countPlaywright), code)
}
