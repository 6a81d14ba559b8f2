import type { Check } from './check.ts'
import { measureEndings } from './measures/endings.ts'
import { measureIdentity } from './measures/identity.ts'
import { measureMemory } from './measures/memory.ts'
import { measureOutage } from './measures/outage.ts'
import { measureProcesses } from './measures/processes.ts'
import { measureRedis } from './measures/redis.ts'
import { measureRefresh } from './measures/refresh.ts'
import { agent } from './person.ts'
import { startRedis } from './redis-server.ts'

// The long form: each part with its figures, and 1 as the exit code when one is not met.
const redis = await startRedis()
const redisUrl = 'url' in redis ? redis.url : undefined
const parts: Readonly<Record<string, () => Promise<Check[]>>> = {
  refresh: measureRefresh,
  processes: withRedis(measureProcesses),
  redis: withRedis(measureRedis),
  endings: withRedis(measureEndings),
  outage: measureOutage,
  identity: () => measureIdentity(redisUrl),
  memory: measureMemory,
}

const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => !(name in parts))
if (unknown.length > 0) {
  console.error(
    `There is no part "${unknown.join('", "')}". Known: ${Object.keys(parts).join(', ')}.`,
  )
  process.exit(1)
}

let missed = 0
for (const [name, measure] of Object.entries(parts)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  console.log(`\n== ${name}`)
  // oxlint-disable-next-line no-await-in-loop -- parts would disturb each other
  const checks = await measure()
  for (const check of checks) {
    if (!check.isMet) missed += 1
    console.log(
      `${check.isMet ? 'met   ' : 'MISSED'} ${check.name}: ${check.measured} (goal: ${check.goal})`,
    )
  }
}
agent.destroy()
if ('close' in redis) await redis.close()
console.log(missed === 0 ? '\nEvery goal is met.' : `\n${missed} goals are missed.`)
process.exitCode = missed === 0 ? 0 : 1

function withRedis(measure: (url: string) => Promise<Check[]>): () => Promise<Check[]> {
  return async () => {
    if (redisUrl !== undefined) return measure(redisUrl)
    console.log(`skipped: ${'missing' in redis ? redis.missing : ''}`)
    return []
  }
}
