#!/usr/bin/env node
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { CommandError, readCommand, type StartCommand, usage } from './cli-options.ts'
import { formatOverview } from './cli-overview.ts'
import type { Issuer } from './issuer.ts'
import { createSeed, type Seed } from './seed.ts'
import { readSeed, SeedError } from './seed-file.ts'

try {
  await run(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof CommandError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = error.exitCode
}

async function run(args: readonly string[]): Promise<void> {
  const command = readCommand(args)
  if (command.kind === 'help') return print(usage)
  if (command.kind === 'version') return print(`${await readVersion()}\n`)
  const seed = command.seedFile === undefined ? createSeed() : await readSeedFile(command.seedFile)
  if (command.kind === 'print-seed') return print(`${JSON.stringify(seed, null, 2)}\n`)
  return serve(await start(command, seed))
}

async function serve(issuer: Issuer): Promise<void> {
  print(formatOverview(issuer.url, issuer.seed))
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await issuer.close()
}

async function start({ port, host }: StartCommand, seed: Seed): Promise<Issuer> {
  // Only now, so that help and complaints come at once.
  const { startIssuer } = await import('./issuer.ts')
  try {
    return await startIssuer({ port, host, seed })
  } catch (error) {
    const message = explainStart(readCode(error), port, host)
    throw message === undefined ? error : new CommandError(message, 1)
  }
}

function explainStart(code: string, port: number, host: string): string | undefined {
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken. End what listens there, or take another one: --port ${port + 1}`
  }
  if (code === 'EACCES') {
    return `This user may not listen on port ${port}. Take one above 1023: --port 4500`
  }
  const isElsewhere = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'].includes(code)
  return isElsewhere ? `${host} is not a name of this machine. Try --host localhost` : undefined
}

async function readSeedFile(path: string): Promise<Seed> {
  const value = parseJson(await readText(path), path)
  try {
    return readSeed(value)
  } catch (error) {
    if (!(error instanceof SeedError)) throw error
    throw new CommandError(`${path}: ${error.message}`, 1)
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = readCode(error)
    const reason = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`
    throw new CommandError(`${path}: ${reason}. --print-seed prints a seed to begin with.`, 1)
  }
}

// The parser's message quotes the text, in which secrets stand; only where it stopped is told.
function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const [, position] = /position (\d+)/.exec(error instanceof Error ? error.message : '') ?? []
    const line = position && text.slice(0, Number(position)).split('\n').length
    throw new CommandError(`${path}: this is not JSON${line ? ` from line ${line} on` : ''}.`, 1)
  }
}

async function readVersion(): Promise<string> {
  const file = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  const { version }: { version: string } = JSON.parse(file)
  return version
}

function readCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function print(text: string): void {
  process.stdout.write(text)
}
