import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** This package's folder. */
export const root: string = fileURLToPath(new URL('..', import.meta.url))

/** The names under which the versions of Next are installed. */
export type NextVersion = 'next' | 'next15'

/** The folder of a Next.js application that the tests build. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))
}

/** The program of a version of Next. */
export function nextProgram(version: NextVersion): string {
  return join(root, 'node_modules', version, 'dist/bin/next')
}

/** Builds a fixture as its owner would, with nothing of a configuration in the environment. */
export function buildFixture(
  name: string,
  version: NextVersion,
): { readonly status: number | null; readonly output: string } {
  const folder = fixture(name)
  link(root, join(folder, 'node_modules/@trefoil/next'))
  link(join(root, 'node_modules', version), join(folder, 'node_modules/next'))
  const { status, stdout, stderr } = spawnSync(process.execPath, [nextProgram(version), 'build'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
    },
    encoding: 'utf8',
  })
  return { status, output: `${stdout}${stderr}` }
}

/** Installs a folder under a name, as a package manager does. */
export function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  rmSync(path, { force: true })
  symlinkSync(target, path, 'junction')
}
