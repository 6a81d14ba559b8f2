import { fileURLToPath } from 'node:url'
import type { NextConfig } from 'next'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

const config: NextConfig = {
  outputFileTracingRoot: root,
  turbopack: { root },
  headers: async () => [
    {
      source: '/public',
      headers: [{ key: 'cache-control', value: 'public, max-age=60' }],
    },
  ],
}

export default config
