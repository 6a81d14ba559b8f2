import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const source = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))

const config: ViteUserConfig = defineConfig({
  // The sources of the packages below are tested along, so no build has to come first.
  resolve: {
    alias: [
      // As Node resolves it: Vite would take its other build, and there may be one alone.
      { find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) },
      { find: '#error-catalog', replacement: source('core/src/error-catalog.ts') },
      { find: '#seal', replacement: source('core/src/seal-node.ts') },
      { find: '@trefoil/core/backend', replacement: source('core/src/backend-app.ts') },
      { find: '@trefoil/core/bearer', replacement: source('core/src/bearer.ts') },
      { find: '@trefoil/core/machine', replacement: source('core/src/machine-app.ts') },
      { find: /^@trefoil\/core$/, replacement: source('core/src/index.ts') },
      { find: '@trefoil/express', replacement: source('express/src/index.ts') },
      { find: '@trefoil/graphql/apollo', replacement: source('graphql/src/apollo.ts') },
      { find: '@trefoil/graphql/http', replacement: source('graphql/src/http.ts') },
      { find: '@trefoil/graphql/ws', replacement: source('graphql/src/ws.ts') },
      { find: /^@trefoil\/graphql$/, replacement: source('graphql/src/index.ts') },
    ],
  },
  test: {
    name: 'graphql',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 20_000,
  },
})

export default config
