import { setTimeout as sleep } from 'node:timers/promises'
import { atMost, type Check, exactly, time } from '../check.ts'
import { createPerson, readAnswer } from '../person.ts'
import { pick, signInPeople, startSite } from '../site.ts'
import { startTcpProxy } from '../tcp-proxy.ts'
import { until } from '../until.ts'

const outage = 30_000

/** Redis that is gone for half a minute under load, and then slow. */
export async function measureRedis(redisUrl: string): Promise<Check[]> {
  const proxy = await startTcpProxy(redisUrl)
  const site = await startSite(2, { store: 'redis', redisUrl: proxy.url })
  const people = await signInPeople(site.apps, 50)
  const statuses = new Map<number, number>()
  const ask = async (index: number): Promise<number> => {
    const person = pick(people, index)
    const page = await createPerson(person.id, person.browser.cookies).get(pick(site.apps, index))
    const status = page.status === 200 && readAnswer(page)?.user !== person.id ? 0 : page.status
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    return status
  }
  const askAll = async (): Promise<number[]> => Promise.all(people.map((_, index) => ask(index)))

  await proxy.stop()
  const end = performance.now() + outage
  while (performance.now() < end) {
    // oxlint-disable-next-line no-await-in-loop -- ten rounds a second
    await Promise.all([askAll(), sleep(100)])
  }
  const during = [...statuses.keys()].join(' and ')
  await proxy.start()
  const recovery = await time(() => until(askAll, (all) => all.every((status) => status === 200)))

  proxy.delay(2000)
  const first = await time(askAll)
  const later = await time(askAll)
  proxy.delay(0)
  await until(askAll, (all) => all.every((status) => status === 200))
  const { reuses } = site.provider.grants.counts
  await site.close()
  await proxy.stop()
  return [
    exactly(`statuses while Redis is gone for ${outage / 1000} s`, during, '503'),
    atMost('until everybody is served again', recovery.milliseconds / 1000, 2, 's'),
    exactly('people who had to sign in again', statuses.get(401) ?? 0, 0),
    exactly('refresh tokens used twice', reuses, 0),
    atMost('the first answer when Redis takes 2 s', first.milliseconds, 800, 'ms'),
    atMost('the next ones', later.milliseconds, 300, 'ms'),
  ]
}
