import { existsSync } from 'node:fs'
import { chromium, defineConfig } from '@playwright/test'
import { demos } from './support/demos.ts'

const system = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path && existsSync(path))
const isBundled = !process.env['CHROMIUM_PATH'] && existsSync(chromium.executablePath())
// Chromium's sandbox does not start for root.
const isRoot = process.getuid?.() === 0

export default defineConfig<object, { demo: string }>({
  testDir: 'tests',
  outputDir: 'test-results/failures',
  fullyParallel: true,
  workers: 2,
  timeout: 20_000,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(!isBundled && system ? { executablePath: system } : {}),
      args: [
        ...(isRoot ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: demos.map(({ name, specs }) => ({
    name,
    use: { demo: name },
    testMatch: specs.map((spec) => `**/${spec}.spec.ts`),
  })),
})
