import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const config: ViteUserConfig = defineConfig({
  // The sources are tested; the applications of test/ are built with what was built of them.
  resolve: {
    alias: [
      { find: '#app-router', replacement: source('src/no-app-router.ts') },
      { find: '#error-catalog', replacement: source('../core/src/error-catalog.ts') },
      { find: '#seal', replacement: source('../core/src/seal-node.ts') },
      { find: '@trefoil/core/backend', replacement: source('../core/src/backend-app.ts') },
      { find: '@trefoil/core/machine', replacement: source('../core/src/machine-app.ts') },
      { find: /^@trefoil\/core$/, replacement: source('../core/src/index.ts') },
    ],
  },
  test: {
    name: 'next',
    include: ['src/**/*.test.ts', 'test/*.test.ts'],
    globalSetup: ['test/build-fixtures.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})

export default config
