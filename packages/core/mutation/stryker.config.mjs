import { checked } from './checked.ts'

export default {
  mutate: Object.keys(checked).map((name) => `src/${name}.ts`),
  testRunner: 'vitest',
  vitest: { configFile: 'mutation/vitest.config.ts' },
  plugins: ['@stryker-mutator/vitest-runner', './error-texts.mjs'].map((name) =>
    import.meta.resolve(name),
  ),
  ignorers: ['error-texts'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  incremental: true,
  incrementalFile: 'mutation/reports/incremental.json',
  ignorePatterns: ['dist', 'mutation/reports', 'README.md'],
  // Stryker rewrites what tsconfig.json extends for a folder of this depth.
  tempDirName: '.stryker-tmp',
  reporters: ['clear-text', 'html', 'json'],
  htmlReporter: { fileName: 'mutation/reports/mutation.html' },
  jsonReporter: { fileName: 'mutation/reports/mutation.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
  timeoutMS: 30_000,
}
