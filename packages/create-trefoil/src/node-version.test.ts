import { expect, it } from 'vitest'
import { findNodeProblem } from './node-version.ts'

it.each([
  ['20.20.2', false],
  ['22.17.1', false],
  ['22.18.0', true],
  ['23.1.0', true],
  ['24.0.0', true],
])('Node %s will do for a demo that needs 22.18: %s', (version, willDo) => {
  const problem = findNodeProblem('>=22.18', version)

  expect(problem === undefined).toBe(willDo)
  if (!willDo) expect(problem).toContain(`It needs Node 22.18 or newer, and this is ${version}`)
})
