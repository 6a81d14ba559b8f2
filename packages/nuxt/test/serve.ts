import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fixture } from './fixtures.ts'

/** A built fixture that runs. */
export interface Served {
  readonly url: string
  /** What the server printed so far. */
  log(): string
  close(): Promise<void>
}

/** Starts a built fixture as a user does, with an environment that says everything. */
export async function serve(
  name: string,
  port: number,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Served> {
  const given = Object.entries(env).filter(([, value]) => value !== undefined)
  const child = spawn(process.execPath, [join(fixture(name), '.output/server/index.mjs')], {
    // Nothing of the tests' own environment may stand in for a line that is missing.
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      NITRO_PORT: String(port),
      ...Object.fromEntries(given),
    },
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
