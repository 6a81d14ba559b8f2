import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { name: 'runner', include: ['test/**/*.test.ts'] },
})
