import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

type Environment = Readonly<Record<string, string>>

/** A server that was started for the tests. */
export interface Running {
  stop(): Promise<void>
}

/** What a program printed and how it ended. */
export interface Finished {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

const startTimeout = 30_000

/** Where the demos are: those of `apps/`, or copies of them. */
const demosRoot = resolve(
  process.env['E2E_DEMOS_ROOT'] ?? fileURLToPath(new URL('../..', import.meta.url)),
)

/** Starts the server of a demo and waits until its `/healthz` answers. */
export async function startServer(
  name: string,
  command: readonly [string, ...string[]],
  env: Environment & { readonly PORT: string },
): Promise<Running> {
  const child = launch(name, command, env)
  const output: string[] = []
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
  }
  try {
    await waitUntilHealthy(`http://localhost:${env.PORT}/healthz`, child)
  } catch (cause) {
    await stop()
    throw new Error(`${resolve(demosRoot, name)} did not start:\n${output.join('')}`, { cause })
  }
  return { stop }
}

/** Runs the program of a demo to its end. */
export async function runProgram(
  name: string,
  command: readonly [string, ...string[]],
  env: Environment,
): Promise<Finished> {
  const child = launch(name, command, env)
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  await once(child, 'close')
  return { exitCode: child.exitCode, stdout, stderr }
}

/** A port that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.')
  return address.port
}

// Nothing of the surrounding environment but PATH, so a KINDE_* of the developer's changes no test.
function launch(
  name: string,
  [file, ...args]: readonly [string, ...string[]],
  env: Environment,
): ChildProcess {
  const cwd = resolve(demosRoot, name)
  const executable = file === 'node' ? process.execPath : file
  return spawn(executable, args, {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function waitUntilHealthy(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + startTimeout
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}.`)
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined)
    if (response?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${url} did not answer within ${startTimeout} ms.`)
}
