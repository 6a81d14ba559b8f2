import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { CommandError } from './command-error.ts'
import { type Demo, demosFolder, packedNames } from './demos.ts'
import { fillEnvironment } from './environment-file.ts'
import type { PackageManager } from './package-manager.ts'

/** What is to be made. */
export interface ProjectRequest {
  readonly demo: Demo
  /** Where; it must not be there, or be empty. */
  readonly folder: string
  /** The issuer that the project signs in at. Default: the local Kinde, whose values are filled in. */
  readonly issuer?: string | undefined
  readonly clientId?: string | undefined
  /** What it will be installed with: some want a file of their own. Default: `npm`. */
  readonly packageManager?: PackageManager
  /** Where the demos are. Default: in this package. */
  readonly demos?: string
}

/**
 * Makes a project of a demo: its files, a name of its own, and a `.env` with a fresh session secret
 * where the demo holds sessions. All of it is there in the end, or nothing.
 *
 * Throws a {@link CommandError} when the folder is not empty or cannot be written.
 *
 * @example
 * const demo = listDemos().find(({ name }) => name === 'express')
 * if (demo) createProject({ demo, folder: 'my-app' })
 */
export function createProject(request: ProjectRequest): void {
  const folder = resolve(request.folder)
  assertEmpty(folder)
  const wasThere = existsSync(folder)
  // Made where it will be moved from without being copied again: on the same disk.
  const place = wasThere ? folder : dirname(folder)
  try {
    const made = mkdirSync(place, { recursive: true })
    withStage(place, made, (stage) => {
      writeProject(stage, folder, request)
      if (wasThere) moveContent(stage, folder)
      else renameSync(stage, folder)
    })
  } catch (error) {
    throw explain(error, folder)
  }
}

// A repository that was just cloned is as good as empty.
function assertEmpty(folder: string): void {
  if (!existsSync(folder)) return
  if (!statSync(folder).isDirectory()) throw new CommandError(`${folder} is a file.`)
  if (readdirSync(folder).some((name) => name !== '.git')) {
    throw new CommandError(
      `${folder} is not empty. Name a folder that is, or that is not there yet.`,
    )
  }
}

function withStage(place: string, made: string | undefined, write: (stage: string) => void): void {
  let stage: string | undefined
  try {
    stage = mkdtempSync(join(place, '.trefoil-'))
    // As `mkdir` would have made it; a temporary folder is for its owner alone.
    chmodSync(stage, 0o777 & ~process.umask())
    write(stage)
  } catch (error) {
    if (stage) rmSync(stage, { recursive: true, force: true })
    // The folders above it that were not there before.
    if (made) rmSync(made, { recursive: true, force: true })
    throw error
  }
}

function writeProject(stage: string, folder: string, request: ProjectRequest): void {
  const { demo, demos = demosFolder } = request
  cpSync(join(demos, demo.name), stage, { recursive: true })
  for (const [name, packed] of Object.entries(packedNames)) {
    if (existsSync(join(stage, packed))) renameSync(join(stage, packed), join(stage, name))
  }
  writeInstallSettings(stage, demos, request.packageManager)
  const manifest = join(stage, 'package.json')
  const { name: _, ...rest }: { name: string } = JSON.parse(readFileSync(manifest, 'utf8'))
  const named = { name: toPackageName(basename(folder)), version: '0.0.0', ...rest }
  writeFileSync(manifest, `${JSON.stringify(named, null, 2)}\n`)
  const example = readFileSync(join(stage, '.env.example'), 'utf8')
  const environment = fillEnvironment(example, chooseValues(request))
  // For nobody else on this machine: there are secrets in it.
  writeFileSync(join(stage, '.env'), environment, { mode: 0o600 })
}

function writeInstallSettings(stage: string, demos: string, manager?: PackageManager): void {
  if (manager === 'pnpm') {
    cpSync(join(demos, 'pnpm-workspace.yaml'), join(stage, 'pnpm-workspace.yaml'))
  }
  // The frameworks look for their packages in folders.
  if (manager === 'yarn') writeFileSync(join(stage, '.yarnrc.yml'), 'nodeLinker: node-modules\n')
}

function chooseValues({ demo, issuer, clientId }: ProjectRequest): Record<string, string> {
  const secret = { TREFOIL_SECRET: randomBytes(32).toString('base64') }
  if (issuer === undefined) return { ...demo.localEnvironment, ...secret }
  const blank = Object.keys(demo.localEnvironment).map((name) => [name, ''])
  const idName = demo.kind === 'machine' ? 'KINDE_M2M_CLIENT_ID' : 'KINDE_CLIENT_ID'
  return {
    ...Object.fromEntries(blank),
    ...secret,
    KINDE_ISSUER_URL: issuer,
    ...(clientId !== undefined && { [idName]: clientId }),
  }
}

function moveContent(stage: string, folder: string): void {
  const moved: string[] = []
  try {
    for (const name of readdirSync(stage)) {
      renameSync(join(stage, name), join(folder, name))
      moved.push(name)
    }
    rmSync(stage, { recursive: true })
  } catch (error) {
    for (const name of moved) rmSync(join(folder, name), { recursive: true, force: true })
    throw error
  }
}

/** What npm takes for the name of a package. */
export function toPackageName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[-._]+|[-.]+$/g, '')
  return name.slice(0, 214) || 'trefoil-app'
}

function explain(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  if (code === undefined) return error
  return new CommandError(`${folder} could not be written (${code}). Nothing was left behind.`)
}
