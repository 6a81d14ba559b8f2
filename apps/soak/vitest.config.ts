import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Generous: what is measured here is never how fast the machine is.
  test: { name: 'soak', include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
})
