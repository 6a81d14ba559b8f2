import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      'packages/*',
      'packages/react/vitest.react-18.config.ts',
      'packages/react/vitest.browser.config.ts',
      'apps/release',
      'apps/runner',
      'apps/soak',
    ],
  },
})
