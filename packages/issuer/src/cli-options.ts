import { isIP } from 'node:net'
import { parseArgs } from 'node:util'
import { findNearest } from './nearest-name.ts'

/** What ends the command with a message for the person who typed it. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError'
  /** 2 when the command was typed wrong, 1 when it could not be done. */
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2) {
    super(message)
    this.exitCode = exitCode
  }
}

/** What the command is to do. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'print-seed'; readonly seedFile: string | undefined }
  | StartCommand

/** What is to be started. */
export interface StartCommand {
  readonly kind: 'start'
  readonly port: number
  readonly host: string
  readonly seedFile: string | undefined
}

/** What `--help` prints. */
export const usage: string = `A local Kinde for development and tests: an authorization server that needs no
account and no network. Everything is in memory and gone when it stops.

Usage: trefoil-issuer [options]

  --port <number>  The port to listen on; 0 takes one that is free. Default 4500.
  --host <name>    The name in the issuer's URL, and what it listens on. Default
                   localhost.
  --seed <file>    Applications, users and all else, from a JSON file. Default: the
                   built-in seed.
  --print-seed     Check the seed, print it as JSON and end: the start of a seed
                   file.
  --version        Print the version and end.
  --help           Print this and end.
`

const options = {
  port: { type: 'string' },
  host: { type: 'string' },
  seed: { type: 'string' },
  'print-seed': { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Reads what stands after the command's name. Throws a {@link CommandError} with exit code 2. */
export function readCommand(args: readonly string[]): Command {
  const { values } = parse(args)
  if (values.help) return { kind: 'help' }
  if (values.version) return { kind: 'version' }
  const { port = '4500', host = 'localhost', seed: seedFile } = values
  if (values['print-seed']) return { kind: 'print-seed', seedFile }
  return { kind: 'start', port: readPort(port), host: readHost(host), seedFile }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options })
  } catch (error) {
    throw usageError(describe(error))
  }
}

// Node's first sentence says what is wrong; what follows is about arguments that we do not take.
function describe(error: unknown): string {
  const [sentence = ''] = (error instanceof Error ? error.message : '').split(/[.\n]/)
  const [, name] = /^Unknown option '--(.*)'$/.exec(sentence) ?? []
  const near = name === undefined ? undefined : findNearest(name, Object.keys(options))
  return near === undefined ? `${sentence}.` : `${sentence}. Did you mean --${near}?`
}

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw usageError(`--port must be a number from 0 to 65535, not "${text}".`)
}

// What comes before the port in a URL, and nothing that would lead elsewhere.
function readHost(text: string): string {
  if (isIP(text) > 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text)) return text.toLowerCase()
  throw usageError(`--host must be a name such as localhost or an IP address, not "${text}".`)
}

function usageError(problem: string): CommandError {
  return new CommandError(`${problem}\nRun it with --help to see what it takes.`, 2)
}
