/** A demo that keeps the contract of the demos; one entry here runs every spec against it. */
export interface Demo {
  /** The folder under `apps/`, and the name of the Playwright project. */
  readonly name: string
  /** The application of the issuer's built-in seed. */
  readonly application: string
  /** What starts it, in its folder. */
  readonly command: readonly [string, ...string[]]
}

export const demos: readonly Demo[] = [
  { name: 'express', application: 'express-demo', command: ['node', 'src/server.ts'] },
]
