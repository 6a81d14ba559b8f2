import { mergeConfig } from 'vitest/config'
import { BaseSequencer, type TestSequencer, type TestSpecification } from 'vitest/node'
import base from '../vitest.config.ts'
import { checked } from './checked.ts'

const tests = Object.entries(checked).map(([name, others]) => ({
  source: `/src/${name}.ts`,
  files: [`src/${name}`, ...others].map((file) => `/${file}.test.ts`),
}))

/** Runs the tests that answer for the mutated files, the nearest first: the first find ends the run. */
class NearestFirst extends BaseSequencer implements TestSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const mutated = this.ctx.config.related ?? []
    const answering = tests
      .filter(({ source }) => mutated.some((path) => path.endsWith(source)))
      .flatMap(({ files }) => files)
    const chosen = [...new Set(answering)].map((file) =>
      specifications.find(({ moduleId }) => moduleId.endsWith(file)),
    )
    return chosen.filter((specification) => specification !== undefined)
  }
}

export default mergeConfig(base, {
  test: {
    sequence: { sequencer: NearestFirst },
    // That the machine is busy, and a test that measures time fails, does not mean that a mutant was
    // found.
    retry: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
