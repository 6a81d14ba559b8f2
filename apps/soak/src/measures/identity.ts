import { type Check, exactly } from '../check.ts'
import { runIdentity } from '../identity-run.ts'
import { startSite } from '../site.ts'

const scale = { users: 100, requests: 10_000, parallel: 100 }

/** 100 people and 10,000 requests: in cookies, in memory, and in two processes over Redis. */
export async function measureIdentity(redisUrl: string | undefined): Promise<Check[]> {
  const places = [
    { name: 'in cookies', processes: 1, settings: { store: 'cookie' } },
    { name: 'in memory', processes: 1, settings: { store: 'memory' } },
    { name: 'in Redis, two processes', processes: 2, settings: { store: 'redis' } },
  ] as const
  const checks: Check[] = []
  for (const { name, processes, settings } of places) {
    if (settings.store === 'redis' && redisUrl === undefined) continue
    // oxlint-disable-next-line no-await-in-loop -- one site after the other
    const site = await startSite(processes, { ...settings, ...(redisUrl && { redisUrl }) })
    const seed = Math.floor(Math.random() * 2 ** 31)
    // oxlint-disable-next-line no-await-in-loop
    const result = await runIdentity(site, { ...scale, seed })
    // oxlint-disable-next-line no-await-in-loop
    await site.close()
    const { told, refreshes, faults, actions, mixUps, statuses } = result
    const what = `${told} answers that name somebody, ${refreshes} refreshes, ${actions['sign-out']} sign-outs, ${actions.switch} switches, ${faults} faults`
    checks.push(
      exactly(`mix-ups ${name} (${what}; seed ${seed})`, mixUps.length, 0),
      exactly(`answers with status 500 ${name}`, statuses[500] ?? 0, 0),
    )
  }
  return checks
}
