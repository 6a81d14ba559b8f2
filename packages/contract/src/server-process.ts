import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** What a server is told; what is undefined, or an empty text, is left out. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A server in a process of its own. */
export interface ServerProcess {
  /** What it printed so far. */
  log(): string
  close(): Promise<void>
}

/** How a server is started. */
export interface ServerProcessOptions {
  readonly env: Environment
  /** What it prints when it serves. */
  readonly readyMark: string
  /** Default: the folder of the tests. */
  readonly cwd?: string
}

/**
 * Starts a server with Node, as a user does, and waits until it says that it serves. Nothing of the tests'
 * own environment may stand in for a line that is missing, so it has none of it.
 */
export async function startServerProcess(
  args: readonly string[],
  { env, readyMark, cwd }: ServerProcessOptions,
): Promise<ServerProcess> {
  const given = Object.entries(env).filter(([, value]) => value !== undefined && value !== '')
  const child = spawn(process.execPath, args, {
    ...(cwd !== undefined && { cwd }),
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...Object.fromEntries(given) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const collect = (chunk: Buffer): void => void (text += chunk.toString())
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  await whenReady(child, () => text, readyMark)
  return { log: () => text, close: async () => end(child) }
}

function whenReady(child: ChildProcess, log: () => string, mark: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', () => {
      if (log().includes(mark)) resolve()
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
