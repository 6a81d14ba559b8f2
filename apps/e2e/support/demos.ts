import type { IssuerOptions } from '@trefoil/issuer'

/** A demo that the specs run against. */
export interface Demo {
  /** The name of the Playwright project, and of the folder under `apps/` unless that is said. */
  readonly name: string
  readonly folder?: string
  /** What it is told beside the usual environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Settings of the issuer. */
  readonly issuer?: IssuerOptions['settings']
  /** The application of the issuer's built-in seed. */
  readonly application: string
  /** What starts it, in its folder. */
  readonly command: readonly [string, ...string[]]
  /** The path that the issuer sends the browser back to. */
  readonly callbackPath: string
  /** The files of `tests/`, without `.spec.ts`, that it can pass. */
  readonly specs: readonly string[]
}

/** The specs of a site whose server holds the session. */
const server = ['api', 'machine', 'organizations', 'pages', 'rights', 'session', 'sign-in']

const javascript = {
  folder: 'javascript',
  application: 'javascript-demo',
  command: ['node', 'server/server.ts'],
  callbackPath: '/callback',
} satisfies Partial<Demo>

const next = {
  folder: 'next',
  application: 'next-demo',
  callbackPath: '/auth/callback',
} satisfies Partial<Demo>

const nextCommand = 'node_modules/next/dist/bin/next'

/** One entry here runs every spec that it names against a demo. */
export const demos: readonly Demo[] = [
  {
    name: 'express',
    application: 'express-demo',
    command: ['node', 'src/server.ts'],
    callbackPath: '/auth/callback',
    specs: server,
  },
  {
    ...next,
    name: 'next',
    command: ['node', nextCommand, 'start', '-H', '127.0.0.1'],
    specs: [...server, 'next'],
  },
  {
    ...next,
    name: 'next-dev',
    command: ['node', nextCommand, 'dev', '-H', '127.0.0.1'],
    specs: ['next-dev'],
  },
  {
    name: 'nuxt',
    application: 'nuxt-demo',
    command: ['node', '.output/server/index.mjs'],
    callbackPath: '/auth/callback',
    specs: [...server, 'nuxt'],
  },
  {
    name: 'react',
    application: 'react-demo',
    command: ['node', 'server/server.ts'],
    callbackPath: '/callback',
    specs: ['frontend', 'frontend-pages', 'graphql', 'sign-in'],
  },
  { ...javascript, name: 'javascript', specs: ['frontend'] },
  {
    ...javascript,
    name: 'javascript-memory',
    env: { TOKEN_STORAGE: 'memory' },
    specs: ['storage-memory'],
  },
  {
    ...javascript,
    name: 'javascript-cookie',
    env: { TOKEN_STORAGE: 'custom-domain-cookie' },
    issuer: { refreshTokenCookie: 'shared' },
    specs: ['storage-cookie'],
  },
]
