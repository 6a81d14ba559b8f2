import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Choices, complete } from './choices.ts'
import { describeUsage, readCreateOptions } from './create-options.ts'
import { createProject } from './create-project.ts'
import { demosFolder, listDemos } from './demos.ts'
import { describeNextSteps } from './next-steps.ts'
import { install, type PackageManager } from './package-manager.ts'
import type { Terminal } from './questions.ts'

/** What surrounds the command. */
export interface CommandContext {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Absent where nobody can be asked. */
  readonly terminal: Terminal | undefined
  readonly print: (text: string) => void
  /** Where the demos are. Default: in this package. */
  readonly demos?: string
  /** Default: runs the package manager. */
  readonly install?: (manager: PackageManager, folder: string) => Promise<boolean>
}

/**
 * Is `create-trefoil`: makes a project, installs its packages and says what comes next. Gives the exit
 * code; throws a {@link CommandError}.
 */
export async function create(args: readonly string[], context: CommandContext): Promise<number> {
  const { cwd, env, terminal, print, demos: place = demosFolder } = context
  const options = readCreateOptions(args)
  const demos = listDemos(place)
  if (options.help) return done(print, describeUsage(demos))
  if (options.version) return done(print, `${readVersion()}\n`)
  const chosen = await complete(options, demos, env, terminal)
  const choices = { ...chosen, folder: resolve(cwd, chosen.folder) }
  createProject({ ...choices, demos: place })
  const isInstalled = choices.install && (await installPackages(choices, context))
  print(describeNextSteps(choices, cwd, isInstalled))
  return choices.install && !isInstalled ? 1 : 0
}

async function installPackages(
  { packageManager, folder }: Choices,
  { print, install: run = install }: CommandContext,
): Promise<boolean> {
  print(`\nInstalling the packages with ${packageManager} …\n`)
  const isInstalled = await run(packageManager, folder)
  if (!isInstalled) print(`\n${packageManager} could not install them; all else is in place.\n`)
  return isInstalled
}

function done(print: (text: string) => void, text: string): number {
  print(text)
  return 0
}

function readVersion(): string {
  const file = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  const { version }: { version: string } = JSON.parse(file)
  return version
}
