import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { listen } from './listen.ts'

/** A Redis to measure with. */
export interface RedisServer {
  /** Empty when there is none. */
  readonly url: string
  stop(): Promise<void>
}

/** Uses `REDIS_URL`, else starts a `redis-server` on a free port, else there is none. */
export async function startRedis(): Promise<RedisServer> {
  const given = process.env['REDIS_URL']
  if (given) return { url: given, stop: async () => {} }
  const port = await findPort()
  const flags = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'ignore'] })
  const started = new Promise<boolean>((resolve) => {
    child.on('error', () => resolve(false))
    child.on('exit', () => resolve(false))
    child.stdout.on('data', (text: Buffer) => {
      if (text.includes('Ready to accept connections')) resolve(true)
    })
  })
  if (!(await started)) return { url: '', stop: async () => {} }
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}

async function findPort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}
