import { playwright } from '@vitest/browser-playwright'
import { chromium } from 'playwright'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { launchOptions } from '../../apps/runner/src/chromium.ts'
import base from './vitest.config.ts'

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
      provider: playwright({ launchOptions: launchOptions(chromium.executablePath()) }),
      instances: [{ browser: 'chromium' }],
    },
  },
})

export default config
