import { spawn } from 'node:child_process'
import { createServer } from 'node:net'

/** A Redis for tests, or why there is none. */
export interface TestRedis {
  readonly url?: string
  /** Why there is none. */
  readonly missing?: string
  stop?(): Promise<void>
}

/**
 * Finds a Redis: that of `REDIS_URL`, else a `redis-server` of this machine, started on a free port of
 * loopback without persistence.
 */
export async function findRedis(): Promise<TestRedis> {
  const url = process.env['REDIS_URL']
  if (url !== undefined && url !== '') return { url, stop: async () => undefined }
  const port = await findPort()
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  return new Promise((resolve) => {
    server.once('error', () =>
      resolve({ missing: 'neither REDIS_URL nor a redis-server is there' }),
    )
    server.once('exit', (code) => resolve({ missing: `redis-server ended with ${code}` }))
    server.stdout.on('data', (chunk: Buffer) => {
      if (!chunk.includes('Ready to accept connections')) return
      const exited = new Promise<void>((done) => server.once('exit', () => done()))
      const stop = async (): Promise<void> => {
        server.kill()
        await exited
      }
      resolve({ url: `redis://127.0.0.1:${port}`, stop })
    })
  })
}

async function findPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
