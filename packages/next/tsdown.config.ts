import { defineConfig, type UserConfig } from 'tsdown'

const config: UserConfig = defineConfig({
  entry: [
    'src/index.ts',
    'src/server.ts',
    'src/browser.ts',
    'src/client.ts',
    'src/app-router.ts',
    'src/no-app-router.ts',
  ],
  format: 'esm',
  platform: 'neutral',
  fixedExtension: false,
  // The entries share what is in memory, and a page loads only what it uses.
  unbundle: true,
  dts: true,
  sourcemap: false,
  external: ['#app-router'],
})

export default config
