import type { IssuerOptions } from '@trefoil/issuer'
import { portableSpecs } from './portability.ts'

/** A demo that the specs run against. */
export interface Demo {
  /** The name of the Playwright project, and of the folder under `apps/` unless that is said. */
  readonly name: string
  readonly folder?: string
  /** What it is told beside the usual environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Settings of the issuer. */
  readonly issuer?: IssuerOptions['settings']
  /** What kind of application it is. */
  readonly kind: 'backend' | 'frontend'
  /** The application of the issuer's built-in seed. */
  readonly application: string
  /** What starts it, in its folder. */
  readonly command: readonly [string, ...string[]]
  /** The path that the issuer sends the browser back to. */
  readonly callbackPath: string
  /** Where it runs when the provider cannot be told, because its URLs are registered there. */
  readonly port: number
  /** `second`: it signs in at another OpenID Provider. Default: at the local issuer. */
  readonly provider?: 'second'
  /** The files of `tests/`, without `.spec.ts`, that it can pass. */
  readonly specs: readonly string[]
}

/** The specs of a site whose server holds the session. */
const server = ['api', 'machine', 'organizations', 'pages', 'rights', 'session', 'sign-in']

const javascript = {
  folder: 'javascript',
  kind: 'frontend',
  application: 'javascript-demo',
  port: 4506,
  command: ['node', 'server/server.ts'],
  callbackPath: '/callback',
} satisfies Partial<Demo>

const next = {
  folder: 'next',
  kind: 'backend',
  application: 'next-demo',
  port: 4502,
  callbackPath: '/auth/callback',
} satisfies Partial<Demo>

const nextCommand = 'node_modules/next/dist/bin/next'

const local: readonly Demo[] = [
  {
    name: 'express',
    kind: 'backend',
    application: 'express-demo',
    port: 4501,
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
    kind: 'backend',
    application: 'nuxt-demo',
    port: 4504,
    command: ['node', '.output/server/index.mjs'],
    callbackPath: '/auth/callback',
    specs: [...server, 'nuxt'],
  },
  {
    name: 'react',
    kind: 'frontend',
    application: 'react-demo',
    port: 4503,
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

/** The demos with the specs that any provider can pass; the name is that of the folder. */
export const portableDemos: readonly Demo[] = local.flatMap((demo) => {
  const specs = demo.specs.filter((spec) => portableSpecs.includes(spec))
  return demo.name === (demo.folder ?? demo.name) && specs.length > 0 ? [{ ...demo, specs }] : []
})

// Each spec that any provider can pass is played at the second one by a demo of each kind, and a sign-in by
// each adapter; where the environment names a provider, every demo plays all of them.
const playedElsewhere: Readonly<Record<string, readonly string[]>> = {
  express: ['session', 'sign-in'],
  next: ['sign-in'],
  nuxt: ['sign-in'],
  react: ['frontend', 'frontend-pages'],
}

/** One entry here runs every spec that it names against a demo. */
export const demos: readonly Demo[] = [
  ...local,
  ...portableDemos.flatMap((demo) => {
    const specs = playedElsewhere[demo.name]
    const name = `${demo.name}-oidc`
    return specs ? [{ ...demo, name, folder: demo.name, specs, provider: 'second' as const }] : []
  }),
]
