import { setTimeout as sleep } from 'node:timers/promises'
import { atMost, type Check, exactly, findP99, time } from '../check.ts'
import { createPerson, readAnswer } from '../person.ts'
import { pick, signInPeople, startSite } from '../site.ts'

const hour = 3_600_000
const latency = 200
const rounds = 20

/** One process: many requests at the end of an access token, with a provider that takes its time. */
export async function measureRefresh(): Promise<Check[]> {
  const site = await startSite(1)
  const app = pick(site.apps, 0)
  const [person] = await signInPeople(site.apps, 1)
  if (!person) throw new Error('Nobody is there.')
  site.provider.intercept = async ({ isRefresh }) => {
    if (isRefresh) await sleep(latency)
    return undefined
  }
  const waits: number[] = []
  let good = 0
  for (let round = 0; round < rounds; round++) {
    // oxlint-disable-next-line no-await-in-loop -- one round after the other
    await site.shift(hour)
    const cookies = new Map(person.browser.cookies)
    // oxlint-disable-next-line no-await-in-loop
    const pages = await Promise.all(
      Array.from({ length: 20 }, () =>
        time(() => createPerson(person.id, cookies).get(app, '/data')),
      ),
    )
    waits.push(...pages.map(({ milliseconds }) => milliseconds))
    good += pages.filter(({ result }) => readAnswer(result)?.tokenOf === person.id).length
    // oxlint-disable-next-line no-await-in-loop
    await person.get(app)
  }
  const { refreshes, reuses } = site.provider.grants.counts
  await site.close()
  return [
    exactly(`good answers to ${rounds} times 20 requests at once`, good, rounds * 20),
    exactly('refreshes for them', refreshes, rounds),
    exactly('refresh tokens used twice', reuses, 0),
    atMost('p99 beyond what the provider takes', findP99(waits) - latency, 50, 'ms'),
  ]
}
