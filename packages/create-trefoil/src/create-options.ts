import { parseArgs } from 'node:util'
import { CommandError, describeArguments } from './command-error.ts'
import type { Demo } from './demos.ts'
import { isPackageManager, type PackageManager, packageManagers } from './package-manager.ts'

/** What was said on the command line; what is absent is asked, or has a default. */
export interface CreateOptions {
  readonly folder: string | undefined
  readonly framework: string | undefined
  readonly issuer: string | undefined
  readonly clientId: string | undefined
  readonly packageManager: PackageManager | undefined
  readonly install: boolean | undefined
  /** Takes the default of everything that has one. */
  readonly yes: boolean
  readonly help: boolean
  readonly version: boolean
}

const options = {
  framework: { type: 'string', short: 'f' },
  issuer: { type: 'string' },
  'client-id': { type: 'string' },
  'package-manager': { type: 'string' },
  install: { type: 'boolean' },
  'no-install': { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

/** What `--help` prints. */
export function describeUsage(demos: readonly Demo[]): string {
  const rows = demos.map(({ name, title, about }) => `    ${name.padEnd(12)}${title}: ${about}`)
  return `Starts a project with Trefoil from a demo that runs.

Usage: npm create trefoil@latest [folder] -- [options]
       npx create-trefoil doctor [options]     looks at the settings of a project

  --framework, -f <name>     What to start from:
${rows.join('\n')}
  --issuer <url>             Your Kinde domain, such as https://example.kinde.com.
                             Default: the local Kinde, which needs no account.
  --client-id <id>           The client id of your application there.
  --package-manager <name>   ${packageManagers.join(', ')}. Default: the one that runs this.
  --no-install               Leave the packages to you.
  --yes, -y                  Ask nothing: take the defaults of what is not said.
  --version                  Print the version and end.
  --help, -h                 Print this and end.
`
}

/** Reads what stands after the command's name. Throws a {@link CommandError}. */
export function readCreateOptions(args: readonly string[]): CreateOptions {
  const { values, positionals } = parse(args)
  if (positionals.length > 1) {
    throw new CommandError(`One folder is made at a time, not ${positionals.join(' and ')}.`)
  }
  if (values.install && values['no-install']) {
    throw new CommandError('--install and --no-install exclude each other.')
  }
  return {
    folder: positionals[0],
    framework: values.framework,
    issuer: values.issuer,
    clientId: values['client-id'],
    packageManager: readPackageManager(values['package-manager']),
    install: values['no-install'] ? false : values.install,
    yes: values.yes ?? false,
    help: values.help ?? false,
    version: values.version ?? false,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw describeArguments(error)
  }
}

function readPackageManager(name: string | undefined): PackageManager | undefined {
  if (name === undefined || isPackageManager(name)) return name
  throw new CommandError(`--package-manager must be ${packageManagers.join(', ')}, not "${name}".`)
}
