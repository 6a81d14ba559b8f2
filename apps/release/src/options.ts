import { parseArgs } from 'node:util'

/** What `release-check` is asked to do. */
export interface Options {
  /** Names of consumers, or what they begin with. Empty: all. */
  readonly only: readonly string[]
  /** Only those that `npm test` has time for. */
  readonly quick: boolean
  /** From tarballs of what is built here, without a registry, a clone and another build. */
  readonly fromTarballs: boolean
  /** Leaves the temporary folder. */
  readonly keep: boolean
}

/** Printed for `--help`. */
export const usage: string = `Installs what would be published into empty folders, and signs in with it.

Usage: pnpm release:check [options]

  --only <names>    Only these consumers, separated by commas: express, next-16.
  --quick           Only those that npm test has time for.
  --from-tarballs   Without a registry: packs what is built here.
  --keep            Leaves the temporary folder, and prints where it is.
  --help            Prints this.
`

/** Reads the command line. Throws when it has something unknown. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    // pnpm hands the separator on.
    args: args.filter((arg) => arg !== '--'),
    options: {
      only: { type: 'string', default: '' },
      quick: { type: 'boolean', default: false },
      'from-tarballs': { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  return {
    only: values.only.split(',').filter((name) => name !== ''),
    quick: values.quick,
    fromTarballs: values['from-tarballs'],
    keep: values.keep,
  }
}
