import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const core = (path: string): string =>
  fileURLToPath(new URL(`../core/src/${path}`, import.meta.url))

const config: ViteUserConfig = defineConfig({
  // The sources of the core are tested along, so no build has to come first.
  resolve: {
    alias: [
      { find: '#error-catalog', replacement: core('error-catalog.ts') },
      { find: '#seal', replacement: core('seal-node.ts') },
      { find: '@trefoil/core/backend', replacement: core('backend-app.ts') },
      { find: '@trefoil/core/bearer', replacement: core('bearer.ts') },
      { find: '@trefoil/core/machine', replacement: core('machine-app.ts') },
      { find: /^@trefoil\/core$/, replacement: core('index.ts') },
    ],
  },
  test: {
    name: 'express',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 20_000,
  },
})

export default config
