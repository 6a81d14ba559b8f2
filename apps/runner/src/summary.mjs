/**
 * What a step of `npm test` came to.
 * @typedef {object} Count
 * @property {number} passed
 * @property {readonly string[]} failed The title of each failure.
 * @property {readonly string[]} skipped The title of each, with the reason where there is one.
 */

/** @type {Count} */
const nothing = { passed: 0, failed: [], skipped: [] }

/**
 * @param {readonly Count[]} counts
 * @returns {Count}
 */
export function addCounts(counts) {
  return counts.reduce(
    (sum, count) => ({
      passed: sum.passed + count.passed,
      failed: [...sum.failed, ...count.failed],
      skipped: [...sum.skipped, ...count.skipped],
    }),
    nothing,
  )
}

/**
 * A program that found something amiss although its report has no failure still failed.
 * @param {string} title of the step
 * @param {Count} count from its report
 * @param {number} code its exit code
 * @returns {Count}
 */
export function distrust(title, count, code) {
  if (code === 0 || count.failed.length > 0) return count
  return { ...count, failed: [`${title}: ended with code ${code}`] }
}

/**
 * The last line of `npm test`.
 * @param {Count} count
 */
export function formatCount({ passed, failed, skipped }) {
  return `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`
}

/**
 * What failed and what was skipped, one a line; nothing when all passed.
 * @param {Count} count
 * @returns {string[]}
 */
export function formatDetails({ failed, skipped }) {
  return [
    ...(failed.length > 0 ? ['Failed:', ...failed.map((title) => `  ${title}`)] : []),
    ...(skipped.length > 0 ? ['Skipped:', ...skipped.map((title) => `  ${title}`)] : []),
  ]
}
