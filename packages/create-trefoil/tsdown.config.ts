import { defineConfig, type UserConfig } from 'tsdown'

const config: UserConfig = defineConfig({
  entry: ['src/index.ts', 'src/create.ts', 'src/trefoil.ts'],
  format: 'esm',
  platform: 'node',
  fixedExtension: false,
  unbundle: true,
  dts: true,
  sourcemap: true,
})

export default config
