// Before all tests: builds the applications that they serve, unless nothing has changed since.
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fixture } from './fixtures.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
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
  copyForNext15()
  build('app-15', 'next15')
}

/** Builds a fixture with a version of Next, found by the name under which it is installed. */
function build(name: string, version: string): void {
  const folder = fixture(name)
  const id = join(folder, '.next/BUILD_ID')
  const sources = [
    folder,
    ...['next', 'core', 'react'].map((each) => join(root, `../${each}/dist`)),
  ]
  if (existsSync(id) && statSync(id).mtimeMs > Math.max(...sources.map(newest))) return
  const installed = join(root, 'node_modules', version)
  link(root, join(folder, 'node_modules/@trefoil/next'))
  link(installed, join(folder, 'node_modules/next'))
  execFileSync(process.execPath, [join(installed, 'dist/bin/next'), 'build'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
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

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  rmSync(path, { force: true })
  symlinkSync(target, path, 'junction')
}
