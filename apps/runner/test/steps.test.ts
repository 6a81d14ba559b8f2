import { rmSync } from 'node:fs'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'

const { folder, state } = await vi.hoisted(async () => {
  const { mkdtempSync } = await import('node:fs')
  const { tmpdir } = await import('node:os')
  const { join } = await import('node:path')
  return {
    folder: mkdtempSync(join(tmpdir(), 'trefoil-steps-')),
    state: { hasBrowser: false, calls: [] as string[][] },
  }
})
vi.mock(import('../src/browser.mjs'), () => ({ ensureBrowser: async () => state.hasBrowser }))
vi.mock(import('../src/command.mjs'), async (original) => ({
  ...(await original()),
  root: folder,
  run: async (_command: string, args: readonly string[]) => {
    state.calls.push([...args])
    return 0
  },
}))

const { steps } = await import('../src/steps.mjs')

beforeEach(() => {
  state.calls.splice(0)
})
afterAll(() => rmSync(folder, { recursive: true }))

async function runStep(name: string): Promise<readonly string[]> {
  const step = steps.find((each) => each.name === name)
  return (await step?.run())?.failed ?? []
}

describe('without a Chromium that can be had', () => {
  beforeEach(() => void (state.hasBrowser = false))

  it('the unit step runs the tests of no browser, and fails and says why', async () => {
    expect(await runStep('unit')).toContain(
      'Unit and contract tests: no Chromium; set CHROMIUM_PATH',
    )
    expect(state.calls).toHaveLength(1)
    expect(state.calls[0]).toContain('--project=!browser')
  })

  it('the end-to-end step runs nothing, and fails and says why', async () => {
    expect(await runStep('e2e')).toEqual(['End-to-end tests: no Chromium; set CHROMIUM_PATH'])
    expect(state.calls).toEqual([])
  })
})

it('with a Chromium the unit step runs every test', async () => {
  state.hasBrowser = true
  const failed = await runStep('unit')
  expect(failed.join()).not.toContain('no Chromium')
  expect(state.calls[0]?.join(' ')).toContain('vitest run')
  expect(state.calls[0]?.join(' ')).not.toContain('!browser')
})
