import { atMost, type Check, exactly, time } from '../check.ts'
import { burst, readAnswer } from '../person.ts'
import { holdRefreshes } from '../provider.ts'
import { pick, signInPeople, startSite } from '../site.ts'
import { until } from '../until.ts'

const hour = 3_600_000
const rounds = 10

/** Several processes over one Redis: sessions that expire together, and a process that dies. */
export async function measureProcesses(redisUrl: string): Promise<Check[]> {
  return [
    ...(await measureStorm(redisUrl, 2)),
    ...(await measureStorm(redisUrl, 4)),
    ...(await measureDeath(redisUrl)),
  ]
}

async function measureStorm(redisUrl: string, processes: number): Promise<Check[]> {
  const site = await startSite(processes, { store: 'redis', redisUrl })
  const people = await signInPeople(site.apps, 50)
  let good = 0
  for (let round = 0; round < rounds; round++) {
    // oxlint-disable-next-line no-await-in-loop -- one round after the other
    await site.shift(hour)
    // oxlint-disable-next-line no-await-in-loop
    const pages = await Promise.all(people.map((person) => burst(person, site.apps, 8)))
    good += pages.flatMap((own, index) =>
      own.filter((page) => readAnswer(page)?.tokenOf === people[index]?.id),
    ).length
  }
  const { refreshes, reuses } = site.provider.grants.counts
  await site.close()
  const where = `in ${processes} processes`
  return [
    exactly(
      `good answers, 50 sessions that expire together ${rounds} times ${where}`,
      good,
      rounds * 400,
    ),
    exactly(`refreshes ${where}`, refreshes, rounds * 50),
    exactly(`refresh tokens used twice ${where}`, reuses, 0),
  ]
}

async function measureDeath(redisUrl: string): Promise<Check[]> {
  const site = await startSite(2, { store: 'redis', redisUrl })
  const [first, second] = [pick(site.apps, 0), pick(site.apps, 1)]
  const [person] = await signInPeople([first], 1)
  if (!person) throw new Error('Nobody is there.')
  await site.shift(hour - 30_000)
  const held = holdRefreshes(site.provider)
  const lost = burst(person, [first], 1).catch(() => undefined)
  await held.came
  await first.kill()
  await lost
  held.release('reset')
  let longest = 0
  let refused = 0
  const { milliseconds } = await time(() =>
    until(
      async () => {
        const page = await time(() => person.get(second, '/data'))
        longest = Math.max(longest, page.milliseconds)
        if (page.result.status !== 200) refused += 1
        return site.provider.grants.counts.refreshes
      },
      (refreshes) => refreshes === 1,
    ),
  )
  await site.close()
  return [
    exactly('answers refused after a process died while it renewed', refused, 0),
    atMost('the longest wait meanwhile', longest / 1000, 1.5, 's'),
    atMost('until another process renews', milliseconds / 1000, 17, 's'),
  ]
}
