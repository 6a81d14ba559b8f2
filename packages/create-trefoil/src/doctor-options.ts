import { parseArgs } from 'node:util'
import type { PresetName } from '@trefoil/core'
import { CommandError, describeArguments } from './command-error.ts'
import type { ApplicationKind } from './demos.ts'

/** What was said on the doctor's command line. */
export interface DoctorOptions {
  readonly kind: ApplicationKind | undefined
  /** Absent: as the environment says. */
  readonly preset: PresetName | undefined
  /** In the order given: a later one wins. Absent: `.env`, where there is one. */
  readonly envFiles: readonly string[] | undefined
  readonly callbackPath: string | undefined
  /** Where the project runs. */
  readonly app: URL | undefined
  readonly json: boolean
  readonly help: boolean
}

const kinds: readonly ApplicationKind[] = ['backend', 'frontend', 'machine', 'api']

const options = {
  kind: { type: 'string' },
  preset: { type: 'string' },
  'env-file': { type: 'string', multiple: true },
  'callback-path': { type: 'string' },
  app: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** What `doctor --help` prints. */
export const doctorUsage: string = `Reads the settings of the project in this folder, asks the authorization server, and says what is wrong
and how to mend it. It changes nothing, and prints no secret. The exit code is 1 when something is wrong.

Usage: npx create-trefoil@latest doctor [options]

  --app <url>             Where the project runs, such as https://app.example.com: it is asked as well.
  --kind <kind>           backend, frontend, machine or api. Default: what the project looks like.
  --preset <name>         kinde, or oidc for any other OpenID Provider. Default: TREFOIL_PRESET, or kinde.
  --callback-path <path>  Where sign-ins come back, when it is not /auth/callback (frontend: /callback).
  --env-file <file>       Read this instead of .env; may be given again. The environment itself wins.
  --json                  Print the findings as JSON.
  --help, -h              Print this and end.

With a machine application one access token is asked for, which Kinde counts.
`

/** Reads what stands after `doctor`. Throws a {@link CommandError}. */
export function readDoctorOptions(args: readonly string[]): DoctorOptions {
  const values = parse(args)
  return {
    kind: readWord('--kind', values.kind, kinds),
    preset: readPreset('--preset', values.preset),
    envFiles: values['env-file'],
    callbackPath: values['callback-path'],
    app: readApp(values.app),
    json: values.json ?? false,
    help: values.help ?? false,
  }
}

/** A preset by its name. Throws a {@link CommandError} that names where it was said. */
export function readPreset(where: string, text: string | undefined): PresetName | undefined {
  return readWord(where, text, ['kinde', 'oidc'] as const)
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw describeArguments(error)
  }
}

function readWord<Word extends string>(
  where: string,
  text: string | undefined,
  words: readonly Word[],
): Word | undefined {
  const word = words.find((each) => each === text)
  if (text === undefined || word !== undefined) return word
  throw new CommandError(`${where} must be ${words.join(', ')}, not "${text}".`)
}

function readApp(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return new URL(text)
  throw new CommandError('--app must be a URL such as http://localhost:3000.')
}
