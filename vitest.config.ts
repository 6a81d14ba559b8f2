import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      'packages/*',
      'packages/react/vitest.react-18.config.ts',
      'apps/runner',
      'apps/soak',
    ],
  },
})
