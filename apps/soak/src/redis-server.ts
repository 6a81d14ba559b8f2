import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { listen } from './listen.ts'

/** A Redis to test with. */
export interface RedisServer {
  readonly url: string
  /** Ends it and starts it again with what it held; absent for one that is not ours. */
  readonly restart?: () => Promise<void>
  close(): Promise<void>
}

/** Why there is no Redis. */
export interface NoRedis {
  readonly missing: string
}

/**
 * Finds a Redis: `REDIS_URL`, else a `redis-server` of this machine on a free port of the loopback, else
 * one installed by apt where we are root. With `isDurable` what it holds outlives {@link
 * RedisServer.restart}.
 */
export async function startRedis({ isDurable = false } = {}): Promise<RedisServer | NoRedis> {
  const given = process.env['REDIS_URL']
  if (given) return { url: given, close: async () => undefined }
  if (!(await isInstalled()) && !(await install())) {
    return { missing: 'no Redis: set REDIS_URL or install redis-server' }
  }
  const port = await findPort()
  const folder = isDurable ? await mkdtemp(join(tmpdir(), 'soak-redis-')) : undefined
  let child = await spawnRedis(port, folder)
  return {
    url: `redis://127.0.0.1:${port}`,
    async restart() {
      await end(child)
      child = await spawnRedis(port, folder)
    },
    async close() {
      await end(child)
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

async function isInstalled(): Promise<boolean> {
  return promisify(execFile)('redis-server', ['--version']).then(
    () => true,
    () => false,
  )
}

async function install(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false
  const packages = ['install', '-y', '--no-install-recommends', 'redis-server']
  const isDone = (await apt(...packages)) || ((await apt('update')) && (await apt(...packages)))
  return isDone && isInstalled()
}

async function apt(...args: string[]): Promise<boolean> {
  // Two test files may install at once; the second waits for the first.
  const flags = ['-o', 'DPkg::Lock::Timeout=120', ...args]
  return promisify(execFile)('apt-get', flags, { timeout: 180_000 }).then(
    () => true,
    () => false,
  )
}

async function findPort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function spawnRedis(port: number, folder: string | undefined): Promise<ChildProcess> {
  const flags = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '']
  const durability = folder === undefined ? ['no'] : ['yes', '--dir', folder]
  const child = spawn('redis-server', [...flags, '--appendonly', ...durability], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`redis-server ended with code ${code}`)))
    child.stdout.on('data', (output: Buffer) => {
      if (output.includes('Ready to accept connections')) resolve()
    })
  })
  return child
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill()
  await exited
}
