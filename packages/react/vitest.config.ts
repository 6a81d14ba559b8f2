import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const core = (path: string): string =>
  fileURLToPath(new URL(`../core/src/${path}`, import.meta.url))

const config: ViteUserConfig = defineConfig({
  // The sources of the core are tested along, so no build has to come first.
  resolve: {
    alias: [
      { find: '#error-catalog', replacement: core('error-catalog.ts') },
      { find: '#seal', replacement: core('seal-web.ts') },
      { find: '@trefoil/core/frontend', replacement: core('frontend-app.ts') },
      { find: /^@trefoil\/core$/, replacement: core('index.ts') },
      {
        find: /^@trefoil\/react$/,
        replacement: fileURLToPath(new URL('src/index.ts', import.meta.url)),
      },
      {
        find: '@trefoil/react/testing',
        replacement: fileURLToPath(new URL('src/testing.tsx', import.meta.url)),
      },
    ],
  },
  test: {
    name: 'react',
    env: { REACT_VERSION: '19.3.1' },
    environment: 'happy-dom',
    // A click that the browser would follow leads nowhere here.
    environmentOptions: {
      happyDOM: {
        settings: {
          navigation: {
            disableMainFrameNavigation: true,
            disableChildPageNavigation: true,
            disableFallbackToSetURL: true,
          },
        },
      },
    },
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
  },
})

export default config
