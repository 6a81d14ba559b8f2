import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (name: string): string => fileURLToPath(new URL(`src/${name}`, import.meta.url))

export default defineConfig({
  // Inside the package the sources are tested, so the conditional imports point at them.
  resolve: {
    alias: { '#error-catalog': source('error-catalog.ts'), '#seal': source('seal-node.ts') },
  },
  test: {
    name: 'core',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Those run in a real browser alone (packages/react/vitest.browser.config.ts).
    exclude: ['test/browser/**'],
  },
})
