import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { Setup } from './contender.ts'
import { listen } from './listen.ts'
import { startWorker } from './worker-client.ts'

/** The application of `next/`, built and served. */
export interface NextApp {
  readonly origin: string
  /** The CPU time of its process so far, in microseconds. */
  cpu(): Promise<number>
  stop(): Promise<void>
}

const folder = fileURLToPath(new URL('../../next/', import.meta.url))
const program = fileURLToPath(import.meta.resolve('next/dist/bin/next'))
const secret = 'the-benchmark-has-a-secret-of-44-characters!'

/** Builds it, as it has to be after every change of ours. */
export function buildNextApp(): void {
  const { status, stderr } = spawnSync(process.execPath, [program, 'build'], {
    cwd: folder,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`next build ended with ${status}: ${stderr.slice(-500)}`)
}

/** Starts it and waits until it answers. */
export async function startNextApp({ issuer, clientId, clientSecret }: Setup): Promise<NextApp> {
  const port = await findPort()
  const origin = `http://localhost:${port}`
  const worker = startWorker('next-process.ts')
  const env = {
    NEXT_TELEMETRY_DISABLED: '1',
    KINDE_ISSUER_URL: issuer,
    KINDE_CLIENT_ID: clientId,
    KINDE_CLIENT_SECRET: clientSecret,
    KINDE_SITE_URL: origin,
    TREFOIL_SECRET: secret,
  }
  try {
    await worker.call('start', { port, env })
    await waitForAnswer(`${origin}/bare`)
    return { origin, cpu: () => worker.call<number>('cpu'), stop: () => worker.stop() }
  } catch (error) {
    await worker.stop()
    throw error
  }
}

async function findPort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  server.close()
  await once(server, 'close')
  return port
}

async function waitForAnswer(url: string): Promise<void> {
  for (let round = 0; round < 300; round++) {
    const isThere = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('next start did not answer in 30 seconds')
}
