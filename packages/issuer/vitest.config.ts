import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  test: { name: 'issuer', include: ['src/**/*.test.ts', 'test/**/*.test.ts'], testTimeout: 30_000 },
})

export default config
