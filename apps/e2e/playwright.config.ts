import { chromium, defineConfig } from '@playwright/test'
import { launchOptions } from '../runner/src/chromium.ts'
import {
  type AnotherProvider,
  findApplication,
  readAnotherProvider,
} from './support/another-provider.ts'
import { type Demo, demos, portableDemos } from './support/demos.ts'
import { type Abilities, describeLeftOut, listLeftOut } from './support/portability.ts'
import { pageParts } from './support/second-provider-pages.ts'

const { args, ...browser } = launchOptions(chromium.executablePath())
const secondProvider: Abilities = { issuerUrl: 'http://localhost', parts: pageParts }
const another = readAnotherProvider(process.env)
// The workers read this file again.
if (another && process.env['TEST_WORKER_INDEX'] === undefined) console.log(describeLeftOut(another))

export default defineConfig<object, { demo: string }>({
  testDir: 'tests',
  outputDir: 'test-results/failures',
  fullyParallel: true,
  // At another provider a demo runs on the one port that is registered there.
  workers: another ? 1 : 2,
  timeout: another ? 60_000 : 20_000,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...browser,
      args: [
        ...args,
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: another ? listTheirProjects(another) : listOwnProjects(),
})

function listOwnProjects() {
  return [
    ...demos.map((demo) =>
      toProject(demo, demo.provider === 'second' ? secondProvider : undefined),
    ),
    { name: 'suite', testMatch: '**/portability.spec.ts' },
  ]
}

function listTheirProjects(provider: AnotherProvider) {
  return portableDemos
    .filter((demo) => findApplication(provider, demo) !== undefined)
    .map((demo) => toProject(demo, provider))
}

function toProject({ name, specs }: Demo, provider: Abilities | undefined) {
  return {
    name,
    use: { demo: name },
    testMatch: specs.map((spec) => `**/${spec}.spec.ts`),
    ...(provider && { grepInvert: new RegExp(listLeftOut(provider).join('|')) }),
  }
}
