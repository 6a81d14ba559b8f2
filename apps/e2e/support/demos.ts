/** A demo that the specs run against. */
export interface Demo {
  /** The folder under `apps/`, and the name of the Playwright project. */
  readonly name: string
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
    name: 'react',
    application: 'react-demo',
    command: ['node', 'server/server.ts'],
    callbackPath: '/callback',
    specs: ['frontend', 'frontend-pages', 'sign-in'],
  },
  {
    name: 'javascript',
    application: 'javascript-demo',
    command: ['node', 'server/server.ts'],
    callbackPath: '/callback',
    specs: ['frontend'],
  },
]
