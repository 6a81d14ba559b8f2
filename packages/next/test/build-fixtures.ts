// Before all tests: builds the applications that they serve, unless nothing has changed since.
import { cpSync, existsSync, readdirSync, renameSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { buildFixture, fixture, type NextVersion, root } from './fixtures.ts'

const made = ['.next', 'node_modules', 'next-env.d.ts', 'tsconfig.tsbuildinfo']

/** Builds what is there once for all test files. */
export function setup(): void {
  if (!existsSync(join(root, 'dist/server.js'))) {
    throw new Error(
      'The build is missing: run "pnpm turbo run build --filter @trefoil/next" first.',
    )
  }
  build('app', 'next')
  build('cached', 'next')
  build('mounted', 'next')
  copyForNext15()
  build('app-15', 'next15')
}

function build(name: string, version: NextVersion): void {
  const folder = fixture(name)
  const id = join(folder, '.next/BUILD_ID')
  const sources = [
    folder,
    ...['next', 'core', 'react'].map((each) => join(root, `../${each}/dist`)),
  ]
  if (existsSync(id) && statSync(id).mtimeMs > Math.max(...sources.map(newest))) return
  const { status, output } = buildFixture(name, version)
  if (status !== 0) throw new Error(`The fixture ${name} does not build:\n${output}`)
}

// The same application, whose proxy is a middleware there, on the edge runtime.
function copyForNext15(): void {
  const [from, to] = [fixture('app'), fixture('app-15')]
  const isSource = (path: string): boolean => !made.includes(basename(path))
  cpSync(from, to, { recursive: true, preserveTimestamps: true, filter: isSource })
  renameSync(join(to, 'proxy.ts'), join(to, 'middleware.ts'))
}

/** When a folder, or what is in it, was last changed. */
function newest(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !made.includes(name))
    .map((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? newest(path) : statSync(path).mtimeMs
    })
  return Math.max(0, ...times)
}
