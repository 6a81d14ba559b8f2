import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Inside the package the sources are tested, so the conditional import points at them.
  resolve: { alias: { '#seal': fileURLToPath(new URL('src/seal-node.ts', import.meta.url)) } },
  test: { name: 'core', include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
})
