/**
 * The part of Playwright's JSON report that counts.
 * @typedef {object} PlaywrightReport
 * @property {PlaywrightSuite[]} suites one a file
 * @property {{ message?: string }[]} errors of the run itself
 * @typedef {object} PlaywrightSuite
 * @property {string} title
 * @property {PlaywrightSpec[]} [specs]
 * @property {PlaywrightSuite[]} [suites]
 * @typedef {object} PlaywrightSpec
 * @property {string} title
 * @property {PlaywrightTest[]} tests one a project
 * @typedef {object} PlaywrightTest
 * @property {string} projectName
 * @property {string} status `expected`, `unexpected`, `flaky`, `skipped`
 * @property {string} expectedStatus `skipped` where the spec itself says so
 * @property {{ type: string, description?: string }[]} annotations
 */

/**
 * A flaky test counts as failed: that it passed the second time proves nothing.
 * @param {PlaywrightReport} report
 * @returns {import('./summary.mjs').Count}
 */
export function countPlaywright({ suites, errors }) {
  const results = suites.flatMap((suite) => listResults(suite, []))
  const failed = results.filter(({ status }) => status !== 'expected' && status !== 'skipped')
  return {
    passed: results.filter(({ status }) => status === 'expected').length,
    failed: [
      ...failed.map(({ title, status }) => (status === 'flaky' ? `${title} (flaky)` : title)),
      ...errors.map(({ message = 'unknown' }) => `The run: ${message.split('\n')[0]}`),
    ],
    skipped: results
      .filter(({ status }) => status === 'skipped')
      .map(({ title, reason }) => (reason ? `${title}: ${reason}` : title)),
  }
}

/**
 * @param {PlaywrightSuite} suite
 * @param {readonly string[]} parents
 * @returns {{ title: string, status: string, reason: string | undefined }[]}
 */
function listResults({ title, specs = [], suites = [] }, parents) {
  const path = [...parents, title]
  const own = specs.flatMap((spec) =>
    spec.tests.map((test) => ({
      title: `[${test.projectName}] ${[...path, spec.title].join(' › ')}`,
      status: test.status,
      reason: findReason(test),
    })),
  )
  return [...own, ...suites.flatMap((suite) => listResults(suite, path))]
}

/** @param {PlaywrightTest} test */
function findReason({ expectedStatus, annotations }) {
  if (expectedStatus !== 'skipped') return 'did not run'
  return annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description
}
