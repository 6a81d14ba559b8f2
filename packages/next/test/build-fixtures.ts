// Before all tests: builds the applications that they serve, unless nothing has changed since.
import { cpSync, existsSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isOutdated, madeNames } from '@trefoil/contract/fixtures'
import { buildFixture, fixture, type NextVersion, root } from './fixtures.ts'

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
  const sources = [
    folder,
    ...['next', 'core', 'react'].map((each) => join(root, `../${each}/dist`)),
  ]
  if (!isOutdated(join(folder, '.next/BUILD_ID'), sources)) return
  const { status, output } = buildFixture(name, version)
  if (status !== 0) throw new Error(`The fixture ${name} does not build:\n${output}`)
}

// The same application, whose proxy is a middleware there, on the edge runtime.
function copyForNext15(): void {
  const [from, to] = [fixture('app'), fixture('app-15')]
  const isSource = (path: string): boolean => !madeNames.includes(basename(path))
  cpSync(from, to, { recursive: true, preserveTimestamps: true, filter: isSource })
  renameSync(join(to, 'proxy.ts'), join(to, 'middleware.ts'))
}
