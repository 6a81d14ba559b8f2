import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Environment,
  type ServerProcess,
  startServerProcess,
} from '@trefoil/contract/fixtures'
import { fixture } from './fixtures.ts'

export type { Environment } from '@trefoil/contract/fixtures'

/** A built fixture that runs. */
export interface Served extends ServerProcess {
  readonly url: string
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

async function start(args: readonly string[], port: number, env: Environment): Promise<Served> {
  const server = await startServerProcess(args, { env, readyMark: 'Listening on' })
  return { url: `http://localhost:${port}`, ...server }
}
