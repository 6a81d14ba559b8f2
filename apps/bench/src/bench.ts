import { parseArgs } from 'node:util'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { installPeers } from './harness/peers.ts'
import { startRedis } from './harness/redis-server.ts'
import { startWorker } from './harness/worker-client.ts'
import type { Bench, Measure, Provider, Row } from './harness/measure.ts'
import { formatTable } from './harness/table.ts'
import { bearer, keySet } from './measures/bearer.ts'
import { browserSize } from './measures/browser-size.ts'
import { firstLine } from './measures/compare.ts'
import { clientCredentials } from './measures/client-credentials.ts'
import { graphql } from './measures/graphql.ts'
import { growth } from './measures/growth.ts'
import { install } from './measures/install.ts'
import { login } from './measures/login.ts'
import { next } from './measures/next.ts'
import { nuxt } from './measures/nuxt.ts'
import { refreshStorm } from './measures/refresh-storm.ts'
import { sessionInCookies, sessionInRedis } from './measures/session.ts'

const measures: readonly Measure[] = [
  sessionInCookies,
  sessionInRedis,
  bearer,
  keySet,
  graphql,
  clientCredentials,
  refreshStorm,
  login,
  next,
  nuxt,
  install,
  browserSize,
  growth,
]

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    among: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
  },
})
const chosen = measures.filter(({ name }) => values.only.length === 0 || values.only.includes(name))
if (chosen.length === 0) {
  throw new Error(`--only takes ${measures.map(({ name }) => name).join(', ')}`)
}

installPeers()
const redis = await startRedis()
const worker = startWorker('provider.ts')
const provider: Provider = {
  configure: (settings) => worker.call('configure', settings),
  counts: () => worker.call('counts'),
  reset: () => worker.call('reset'),
  tokens: (count, kind) => worker.call('tokens', { count, kind }),
}
const issuer = await worker.call<string>('issuer')
const bench: Bench = {
  isQuick: values.quick,
  among: values.among,
  provider,
  redisUrl: redis.url,
  setup: {
    issuer,
    clientId: 'bench',
    // Kinde's SDK wants 40 to 60 letters and digits.
    clientSecret: 'TheSecretOfTheBenchmark0123456789abcdefghijklmnop',
    audience: 'https://api.bench.example',
  },
  say: (text) => console.error(text),
}

const rows: Row[] = []
try {
  for (const measure of chosen) rows.push(...(await runMeasure(measure)))
} finally {
  await worker.stop()
  await redis.stop()
}
console.log(formatTable(rows))
save(rows)

// A run takes long: what one measure stumbles over costs no other.
async function runMeasure(measure: Measure): Promise<Row[]> {
  try {
    return await measure.run(bench)
  } catch (error) {
    return [{ work: measure.name, who: 'all', figure: `failed: ${firstLine(error)}` }]
  }
}

function save(rows: readonly Row[]): void {
  const folder = new URL('../results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const date = new Date().toISOString()
  const file = new URL(`${date.replaceAll(':', '-')}.json`, folder)
  const machine = { node: process.version, cpu: cpus()[0]?.model, cpus: cpus().length }
  const result = { date, isQuick: values.quick, ...machine, rows }
  writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`)
}
