import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { root } from './command.mjs'

/**
 * Reads a report and counts it. Without a report nobody knows what passed: that is a failure.
 * @template Report
 * @param {string} file
 * @param {(report: Report) => import('./summary.mjs').Count} count
 * @returns {import('./summary.mjs').Count}
 */
export function readCount(file, count) {
  const name = relative(root, file)
  if (!existsSync(file)) return failure(`${name} was not written`)
  try {
    return count(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return failure(`${name} is no report`)
  }
}

/** @param {string} title */
function failure(title) {
  return { passed: 0, failed: [title], skipped: [] }
}
