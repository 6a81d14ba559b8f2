import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { countPlaywright } from '../src/playwright-report.mjs'
import { readCount } from '../src/reports.mjs'
import { addCounts, distrust, formatCount, formatDetails } from '../src/summary.mjs'
import { runSteps } from '../src/test.mjs'
import { countVitest } from '../src/vitest-report.mjs'

const folder = mkdtempSync(join(tmpdir(), 'trefoil-reports-'))
afterAll(() => rmSync(folder, { recursive: true }))

const good = { passed: 2, failed: [], skipped: [] }

describe('the count of Vitest', () => {
  const file = (status: string, ...results: [string, string][]) => ({
    name: '/repository/packages/core/src/seal.test.ts',
    status,
    message: '',
    assertionResults: results.map(([fullName, status]) => ({ fullName, status })),
  })

  it('has every result, skipped ones with their titles', () => {
    const results: [string, string][] = [
      ['opens', 'passed'],
      ['closes', 'failed'],
      ['melts', 'pending'],
      ['flies', 'skipped'],
      ['sings', 'todo'],
    ]

    expect(countVitest({ testResults: [file('failed', ...results)] }, '/repository')).toEqual({
      passed: 1,
      failed: ['packages/core/src/seal.test.ts: closes'],
      skipped: ['melts', 'flies', 'sings'].map((name) => `packages/core/src/seal.test.ts: ${name}`),
    })
  })

  it('counts a file that could not be loaded as a failure', () => {
    expect(countVitest({ testResults: [file('failed')] }, '/repository').failed).toEqual([
      'packages/core/src/seal.test.ts: could not run',
    ])
  })
})

describe('the count of Playwright', () => {
  const spec = (title: string, status: string, description?: string) => ({
    title,
    tests: [
      {
        projectName: 'express',
        status,
        expectedStatus: description ? 'skipped' : 'passed',
        annotations: description ? [{ type: 'skip', description }] : [],
      },
    ],
  })

  it('has every result, and takes a flaky one for a failure', () => {
    const specs = [
      spec('signs in', 'expected'),
      spec('signs out', 'unexpected'),
      spec('reloads', 'flaky'),
      spec('calls', 'skipped', 'has no API'),
      spec('waits', 'skipped'),
    ]
    const suites = [{ title: 'session.spec.ts', suites: [{ title: 'a session', specs }] }]

    expect(countPlaywright({ suites, errors: [] })).toEqual({
      passed: 1,
      failed: [
        '[express] session.spec.ts › a session › signs out',
        '[express] session.spec.ts › a session › reloads (flaky)',
      ],
      skipped: [
        '[express] session.spec.ts › a session › calls: has no API',
        '[express] session.spec.ts › a session › waits: did not run',
      ],
    })
  })

  it('counts an error of the run itself as a failure', () => {
    expect(
      countPlaywright({ suites: [], errors: [{ message: 'No tests found\n  at x' }] }),
    ).toEqual({
      passed: 0,
      failed: ['The run: No tests found'],
      skipped: [],
    })
  })
})

describe('a report', () => {
  it('that is missing is a failure', () => {
    const count = readCount(join(folder, 'missing.json'), () => good)

    expect(count.passed).toBe(0)
    expect(count.failed).toEqual([expect.stringContaining('missing.json was not written')])
  })

  it('that is cut off is a failure', () => {
    const file = join(folder, 'half.json')
    writeFileSync(file, '{"testResults": [')

    expect(readCount(file, () => good).failed).toEqual([expect.stringContaining('is no report')])
  })

  it('without a failure does not excuse a program that failed', () => {
    expect(distrust('Unit', good, 1).failed).toEqual(['Unit: ended with code 1'])
    expect(distrust('Unit', good, 0)).toEqual(good)
    expect(distrust('Unit', { ...good, failed: ['x'] }, 1).failed).toEqual(['x'])
  })
})

describe('the summary', () => {
  const bad = { passed: 1, failed: ['a'], skipped: ['b', 'c'] }

  it('adds up', () => {
    expect(formatCount(addCounts([good, bad]))).toBe('3 passed, 1 failed, 2 skipped')
    expect(formatCount(addCounts([]))).toBe('0 passed, 0 failed, 0 skipped')
  })

  it('names what failed and what was skipped', () => {
    expect(formatDetails(bad)).toEqual(['Failed:', '  a', 'Skipped:', '  b', '  c'])
    expect(formatDetails(good)).toEqual([])
  })
})

describe('the steps', () => {
  const step = (name: string, failed: string[], isNeededByAll = false) => ({
    name,
    title: name,
    isNeededByAll,
    run: vi.fn(() => Promise.resolve({ passed: 1, failed, skipped: [] })),
  })

  it('all run although one failed', async () => {
    const [lint, unit] = [step('lint', ['lint']), step('unit', [])]

    const count = addCounts(await runSteps([lint, unit], vi.fn(), () => false))

    expect(unit.run).toHaveBeenCalledOnce()
    expect(count.failed).toEqual(['lint'])
  })

  it('are skipped once somebody interrupts', async () => {
    const [lint, unit] = [step('Lint', []), step('Unit', [])]

    const count = addCounts(await runSteps([lint, unit], vi.fn(), () => true))

    expect(unit.run).not.toHaveBeenCalled()
    expect(count.skipped).toEqual(['Unit: interrupted'])
  })

  it('are skipped with the reason when the build failed', async () => {
    const [build, unit] = [step('Build', ['Build'], true), step('Unit', [])]

    const count = addCounts(await runSteps([build, unit], vi.fn(), () => false))

    expect(unit.run).not.toHaveBeenCalled()
    expect(count.skipped).toEqual(['Unit: needs "Build", which failed'])
  })
})
