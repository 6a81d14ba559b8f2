import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { defineConfig, mergeConfig, type ViteUserConfig } from 'vitest/config'
import base from './vitest.config.ts'

const { resolve } = createRequire(import.meta.url)

/** The same tests on the oldest React that is a peer. */
const config: ViteUserConfig = mergeConfig(
  base,
  defineConfig({
    resolve: {
      alias: [
        { find: /^react$/, replacement: resolve('react18') },
        { find: /^react\/jsx-runtime$/, replacement: resolve('react18/jsx-runtime') },
        { find: /^react\/jsx-dev-runtime$/, replacement: resolve('react18/jsx-dev-runtime') },
        { find: /^react-dom$/, replacement: resolve('react-dom18') },
        { find: /^react-dom\/client$/, replacement: resolve('react-dom18/client') },
        { find: /^react-dom\/server$/, replacement: resolve('react-dom18/server') },
      ],
    },
    test: {
      name: 'react-18',
      env: { REACT_VERSION: '18.2.0' },
      setupFiles: [fileURLToPath(new URL('test/use-react-18.ts', import.meta.url))],
      // The routers of the recipes need React 19; what is built is looked at once.
      exclude: [
        'test/recipes/**',
        'test/dist.test.ts',
        'test/compiler.test.ts',
        '**/*.19.test.tsx',
      ],
    },
  }),
)

export default config
