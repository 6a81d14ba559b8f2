import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fixture } from './fixtures.ts'

/** A built fixture that runs. */
export interface Served {
  readonly url: string
  /** What the server printed so far. */
  log(): string
  close(): Promise<void>
}

/** Starts a built fixture as a user does, with an environment that says everything. */
export async function serve(name: string, port: number, env: Environment): Promise<Served> {
  const file = join(fixture(name), '.output/server/index.mjs')
  return start([file], port, { NITRO_PORT: String(port), ...env })
}

/** Starts a fixture that was built for an edge runtime; the environment is its binding. */
export async function serveWorker(name: string, port: number, env: Environment): Promise<Served> {
  const host = fileURLToPath(new URL('worker-host.mjs', import.meta.url))
  const file = join(fixture(name), '.output/server/index.mjs')
  return start([host, file, String(port), JSON.stringify(env)], port, {})
}

/** What a server is told; what is undefined is left out. */
export type Environment = Readonly<Record<string, string | undefined>>

async function start(args: readonly string[], port: number, env: Environment): Promise<Served> {
  const given = Object.entries(env).filter(([, value]) => value !== undefined)
  const child = spawn(process.execPath, args, {
    // Nothing of the tests' own environment may stand in for a line that is missing.
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...Object.fromEntries(given) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const collect = (chunk: Buffer): void => void (text += chunk.toString())
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  await whenReady(child, () => text)
  return { url: `http://localhost:${port}`, log: () => text, close: () => end(child) }
}

function whenReady(child: ChildProcess, log: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => {
      if (log().includes('Listening on')) resolve()
    })
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${log()}`)))
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
