import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  // `auth.require` then calls `forbidden()`: 403, and the page of the nearest forbidden.tsx.
  experimental: { authInterrupts: true },
  // The content security policy is not among them: it has a nonce, so proxy.ts makes it.
  headers: async () => [
    {
      source: '/:path*',
      headers: [
        { key: 'cross-origin-opener-policy', value: 'same-origin' },
        { key: 'referrer-policy', value: 'same-origin' },
        // In development Next serves a script of its own as JSON.
        ...(process.env.NODE_ENV === 'production'
          ? [{ key: 'x-content-type-options', value: 'nosniff' }]
          : []),
        { key: 'x-frame-options', value: 'DENY' },
      ],
    },
  ],
}

export default config
