import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { name: 'issuer', include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
})
