import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/backend-app.ts',
    'src/machine-app.ts',
    'src/frontend-app.ts',
    'src/bearer.ts',
    'src/error-catalog.ts',
    'src/error-catalog-web.ts',
    'src/seal-node.ts',
    'src/seal-web.ts',
  ],
  format: 'esm',
  platform: 'neutral',
  fixedExtension: false,
  dts: true,
  sourcemap: false,
  external: ['#error-catalog', '#seal', /^node:/, /^jose/, 'oauth4webapi'],
})
