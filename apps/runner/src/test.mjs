import { onAskedToEnd } from './signals.mjs'
import { steps } from './steps.mjs'
import { addCounts, formatCount, formatDetails } from './summary.mjs'

/**
 * Runs all steps, or those that are named, and prints what they came to.
 * @param {readonly string[]} names
 * @returns {Promise<number>} the exit code: 1 when anything failed
 */
export async function test(names) {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length > 0) {
    const known = steps.map(({ name }) => name).join(', ')
    console.error(`There is no step "${unknown.join('", "')}". Known: ${known}.`)
    return 1
  }
  const chosen = steps.filter(({ name }) => names.length === 0 || names.includes(name))
  let isInterrupted = false
  onAskedToEnd(() => {
    isInterrupted = true
  })
  const counts = await runSteps(chosen, console.log, () => isInterrupted)
  const count = addCounts(counts)
  console.log(['', ...formatDetails(count), formatCount(count)].join('\n'))
  return count.failed.length > 0 || isInterrupted ? 1 : 0
}

/**
 * Goes on after a failure, so one run shows all; only without a build there is nothing to go on with.
 * @param {readonly import('./steps.mjs').Step[]} chosen
 * @param {(line: string) => void} print
 * @param {() => boolean} isInterrupted
 */
export async function runSteps(chosen, print, isInterrupted) {
  const counts = []
  let obstacle = ''
  for (const step of chosen) {
    const count = obstacle ? skip(step, obstacle) : await runTimed(step, print)
    counts.push(count)
    if (step.isNeededByAll && count.failed.length > 0)
      obstacle = `needs "${step.title}", which failed`
    if (isInterrupted()) obstacle = 'interrupted'
  }
  return counts
}

/**
 * @param {import('./steps.mjs').Step} step
 * @param {string} reason
 * @returns {import('./summary.mjs').Count}
 */
function skip({ title }, reason) {
  return { passed: 0, failed: [], skipped: [`${title}: ${reason}`] }
}

/**
 * @param {import('./steps.mjs').Step} step
 * @param {(line: string) => void} print
 */
async function runTimed({ title, run }, print) {
  print(`\n== ${title}`)
  const start = performance.now()
  const count = await run()
  const seconds = ((performance.now() - start) / 1_000).toFixed(1)
  print(`== ${title}: ${formatCount(count)} (${seconds} s)`)
  return count
}
