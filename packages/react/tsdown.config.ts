import { defineConfig, type UserConfig } from 'tsdown'

const config: UserConfig = defineConfig({
  entry: ['src/index.ts', 'src/testing.tsx'],
  format: 'esm',
  platform: 'neutral',
  fixedExtension: false,
  // One file a source file, so that "use client" stays with the file that it is about.
  unbundle: true,
  dts: true,
  sourcemap: true,
})

export default config
