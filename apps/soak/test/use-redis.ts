import { afterAll, beforeAll, type TestContext } from 'vitest'
import { type RedisServer, startRedis } from '../src/redis-server.ts'

/** The Redis of a test file. */
export interface UsedRedis {
  /** Its URL; without a Redis the test is skipped and counted, with the reason. */
  url(context: TestContext): string
  /** The server itself. */
  server(context: TestContext): RedisServer
}

/** Starts a Redis for the tests of a file. */
export function useRedis(options: Parameters<typeof startRedis>[0] = {}): UsedRedis {
  let started: Awaited<ReturnType<typeof startRedis>> = { missing: 'not started yet' }
  beforeAll(async () => {
    started = await startRedis(options)
    if ('missing' in started) console.warn(`Skipping tests: ${started.missing}.`)
    // Installing one may take its time.
  }, 400_000)
  afterAll(async () => {
    if ('close' in started) await started.close()
  })
  const server = (context: TestContext): RedisServer =>
    'missing' in started ? context.skip(started.missing) : started
  return { server, url: (context) => server(context).url }
}
