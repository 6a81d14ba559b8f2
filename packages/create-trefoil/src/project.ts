import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { PresetName } from '@trefoil/core'
import { CommandError } from './command-error.ts'
import type { ApplicationKind } from './demos.ts'
import { type DoctorOptions, readPreset } from './doctor-options.ts'
import { readNuxtVariables } from './nuxt-environment.ts'

/** A project as the doctor sees it. */
export interface Project {
  /** What it should be registered as. */
  readonly kind: ApplicationKind
  /** Its environment variables: `KINDE_*`, `TREFOIL_SECRET`. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The dialect of the authorization server. */
  readonly preset: PresetName
  /** Where sign-ins come back: `/auth/callback`, of a front-end application `/callback`. */
  readonly callbackPath: string
  /** Where it runs, when it is to be asked as well. */
  readonly app?: URL | undefined
  /** Default: the system's. */
  readonly fetch?: typeof fetch
  /** The time in milliseconds. Default: `Date.now`. */
  readonly clock?: () => number
}

/** A project that was found in a folder. */
export interface FoundProject extends Project {
  /** How its kind is known. */
  readonly reason: string
}

/** Reads the project in a folder. Throws a {@link CommandError} for a file that is not there. */
export function readProject(
  cwd: string,
  env: NodeJS.ProcessEnv,
  options: DoctorOptions,
): FoundProject {
  const packages = readPackages(cwd)
  const files = options.envFiles ?? findEnvFiles(cwd, packages)
  const read = Object.assign({}, ...files.map((file) => readEnvFile(cwd, file)), withoutEmpty(env))
  const all = packages.includes('@trefoil/nuxt') ? { ...read, ...readNuxtVariables(read) } : read
  const [kind, reason] = options.kind
    ? ([options.kind, 'by --kind'] as const)
    : recognize(packages, all)
  return {
    kind,
    reason,
    env: all,
    preset: options.preset ?? findPreset(all) ?? 'kinde',
    callbackPath: options.callbackPath ?? (kind === 'frontend' ? '/callback' : '/auth/callback'),
    app: options.app,
  }
}

function findPreset({ TREFOIL_PRESET }: NodeJS.Dict<string>): PresetName | undefined {
  return readPreset('TREFOIL_PRESET', TREFOIL_PRESET?.trim() || undefined)
}

// Next.js reads a second one, which wins.
function findEnvFiles(cwd: string, packages: readonly string[]): string[] {
  const names = packages.includes('@trefoil/next') ? ['.env', '.env.local'] : ['.env']
  return names.filter((name) => existsSync(join(cwd, name)))
}

function readEnvFile(cwd: string, file: string): NodeJS.Dict<string> {
  const path = resolve(cwd, file)
  if (!existsSync(path)) throw new CommandError(`${path}: there is no such file.`)
  return parseEnv(readFileSync(path, 'utf8'))
}

// A variable that a shell exports empty says nothing, and hides no line of the file.
function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
}

function readPackages(cwd: string): string[] {
  const file = join(cwd, 'package.json')
  if (!existsSync(file)) return []
  const manifest: { dependencies?: object; devDependencies?: object } = parse(file)
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
}

function parse(file: string): object {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new CommandError(`${file} is not JSON.`)
  }
}

/**
 * What kind of application a project is: by the adapter that it uses, and by the variables that its
 * environment names, even without a value.
 */
function recognize(
  packages: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): readonly [ApplicationKind, string] {
  const uses = (...names: string[]): string | undefined =>
    names.find((name) => packages.includes(name))
  const names = (...variables: string[]): string | undefined =>
    variables.find((name) => env[name] !== undefined)
  const site = uses('@trefoil/next', '@trefoil/nuxt')
  if (site) return ['backend', `by the package ${site}`]
  if (uses('@trefoil/react') && !uses('@trefoil/express')) {
    return ['frontend', 'by the package @trefoil/react']
  }
  const session = names('TREFOIL_SECRET')
  if (session) return ['backend', `because ${session} is set`]
  const id = names('KINDE_CLIENT_ID')
  const isServer = uses('@trefoil/express') !== undefined || names('KINDE_CLIENT_SECRET')
  if (id) return [isServer ? 'backend' : 'frontend', `because ${id} is set`]
  const machine = names('KINDE_M2M_CLIENT_ID')
  if (machine) return ['machine', `because ${machine} is set`]
  const audience = names('KINDE_AUDIENCE')
  return audience ? ['api', `because ${audience} is set`] : ['backend', 'for want of any sign']
}
