import { existsSync } from 'node:fs'
import { playwright } from '@vitest/browser-playwright'
import { chromium } from 'playwright'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import base from './vitest.config.ts'

// As for the end-to-end specs: the browser that is named, Playwright's own, or the system's.
const system = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path && existsSync(path))
const isBundled = !process.env['CHROMIUM_PATH'] && existsSync(chromium.executablePath())
// Chromium's sandbox does not start for root.
const isRoot = process.getuid?.() === 0

/** The tests of a front-end app, of the core and of React, once more in a real browser. */
const config: ViteUserConfig = defineConfig({
  root: import.meta.dirname,
  ...(base.resolve && { resolve: base.resolve }),
  // Named, so that Vite finds none while the tests run and loads their page anew.
  optimizeDeps: {
    include: [
      '@testing-library/react',
      'react',
      'react-dom',
      'react-dom/client',
      'react/jsx-dev-runtime',
      'react/jsx-runtime',
    ],
  },
  test: {
    name: 'browser',
    // Pages of one browser share storage, channels and locks.
    fileParallelism: false,
    setupFiles: ['test/empty-page.ts'],
    include: [
      '../core/test/frontend-*.test.ts',
      '../core/test/browser/*.test.ts',
      '../core/src/{session-vault,tab-lock,refresh-token-cookie}.test.ts',
      'test/{frontend-provider,hooks,links,protect,session-provider}.test.tsx',
    ],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          ...(!isBundled && system ? { executablePath: system } : {}),
          args: [...(isRoot ? ['--no-sandbox'] : []), '--disable-gpu', '--no-first-run'],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
})

export default config
