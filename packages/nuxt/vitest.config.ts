import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  test: {
    name: 'nuxt',
    include: ['src/**/*.test.ts', 'test/*.test.ts'],
    globalSetup: ['test/build-fixtures.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})

export default config
