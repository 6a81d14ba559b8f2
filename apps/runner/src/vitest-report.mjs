import { relative } from 'node:path'

/**
 * The part of Vitest's JSON report that counts.
 * @typedef {object} VitestReport
 * @property {{ name: string, status: string, message: string, assertionResults: VitestResult[] }[]} testResults one a file
 * @typedef {object} VitestResult
 * @property {string} fullName
 * @property {string} status `passed`, `failed`, `skipped`, `pending`, `todo`
 */

/**
 * @param {VitestReport} report
 * @param {string} root against which files are named
 * @returns {import('./summary.mjs').Count}
 */
export function countVitest({ testResults }, root) {
  const results = testResults.flatMap((file) =>
    file.assertionResults.map(({ fullName, status }) => ({
      title: `${relative(root, file.name)}: ${fullName}`,
      status,
    })),
  )
  // A file that cannot even be loaded has no result, yet failed.
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  )
  const failed = results.filter(({ status }) => status === 'failed').map(({ title }) => title)
  const passed = results.filter(({ status }) => status === 'passed')
  const skipped = results.filter(({ status }) => status !== 'passed' && status !== 'failed')
  return {
    passed: passed.length,
    failed: [...failed, ...broken.map(({ name }) => `${relative(root, name)}: could not run`)],
    skipped: skipped.map(({ title }) => title),
  }
}
