import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { killTree } from '../../runner/src/process-tree.mjs'

/** Where and how a program runs. */
export interface Place {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
}

/** A server that was started. */
export interface Running {
  /** Ends it and all that it started. */
  readonly stop: () => Promise<void>
}

/** A step did not go well; the message has what the program said. */
export class StepError extends Error {}

/**
 * Runs a program to its end and gives what it printed. Throws {@link StepError} with all that it said
 * when it fails.
 */
export async function runToEnd(command: readonly string[], place: Place): Promise<string> {
  const child = launch(command, place)
  const output = collect(child)
  const [code] = await once(child, 'close')
  if (code === 0) return output()
  throw new StepError(`${command.join(' ')} ended with ${code}:\n${output().trim()}`)
}

const patience = 120_000

/** Starts a server and waits until it answers at a URL, with whatever status. */
export async function startServer(
  command: readonly string[],
  place: Place,
  url: string,
): Promise<Running> {
  const child = launch(command, place)
  const output = collect(child)
  const running = { stop: () => stop(child) }
  try {
    await waitForAnswer(url, child)
    return running
  } catch (cause) {
    await running.stop()
    throw new StepError(`${command.join(' ')} does not serve ${url}:\n${output().trim()}`, {
      cause,
    })
  }
}

/** Ports that were free a moment ago. */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  })
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

function launch([file = '', ...args]: readonly string[], { cwd, env }: Place): ChildProcess {
  const isWindows = process.platform === 'win32'
  return spawn(file === 'node' ? process.execPath : file, args, {
    cwd,
    env: env ?? process.env,
    // npm is a batch file there.
    shell: isWindows && file !== 'node',
    // The leader of a group, which ends as a whole.
    detached: !isWindows,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function collect(child: ChildProcess): () => string {
  let text = ''
  const add = (part: Buffer): void => {
    text += part.toString()
  }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  return () => text
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  killTree(child.pid, 'SIGKILL')
  await closed
}

async function waitForAnswer(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + patience
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}.`)
    const asked = { signal: AbortSignal.timeout(5_000), redirect: 'manual' } as const
    // oxlint-disable-next-line no-await-in-loop -- each question waits for the answer before
    if (await fetch(url, asked).catch(() => undefined)) return
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${url} did not answer within ${patience} ms.`)
}
