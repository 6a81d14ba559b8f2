// Before all tests: builds the applications that they serve.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fixture } from './fixtures.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Builds what is there once for all test files. */
export function setup(): void {
  if (!existsSync(join(root, 'dist/server.js'))) {
    throw new Error(
      'The build is missing: run "pnpm turbo run build --filter @trefoil/next" first.',
    )
  }
  buildFixture('app', 'next')
}

/** Builds a fixture with a version of Next, found by the name under which it is installed. */
function buildFixture(name: string, version: string): void {
  const folder = fixture(name)
  link(root, join(folder, 'node_modules/@trefoil/next'))
  const installed = join(root, 'node_modules', version)
  link(installed, join(folder, 'node_modules/next'))
  execFileSync(process.execPath, [join(installed, 'dist/bin/next'), 'build'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  rmSync(path, { force: true })
  symlinkSync(target, path, 'junction')
}
