import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createPerson, type Person, readAnswer } from '../src/person.ts'
import { holdRefreshes } from '../src/provider.ts'
import { pick, signInPeople, startSite } from '../src/site.ts'
import { startTcpProxy, type TcpProxy } from '../src/tcp-proxy.ts'
import { until } from '../src/until.ts'
import { useRedis } from './use-redis.ts'
import { useSite } from './use-site.ts'

const hour = 3_600_000

/** What a request was answered with, as far as it matters here. */
interface Told {
  readonly status: number
  readonly retryAfter: string | null
}

describe('while Redis is in trouble', () => {
  const redis = useRedis({ isDurable: true })
  let proxy: TcpProxy
  const site = useSite(async (context) => {
    proxy = await startTcpProxy(redis.url(context))
    return startSite(2, { store: 'redis', redisUrl: proxy.url })
  })
  let people: Person[]
  beforeEach(async () => {
    people = await signInPeople(site().apps, 10)
  })
  afterAll(async () => proxy?.stop())

  /** Everybody asks every process; throws when anybody is answered as somebody else. */
  async function askAll(): Promise<Told[]> {
    const { apps } = site()
    const asking = people.flatMap((person) =>
      apps.map(async (app) => {
        const page = await createPerson(person.id, person.browser.cookies).get(app, '/data')
        const user = readAnswer(page)?.user
        if (user !== undefined && user !== person.id) throw new Error(`${person.id} is ${user}`)
        return { status: page.status, retryAfter: page.headers.get('retry-after') }
      }),
    )
    return Promise.all(asking)
  }

  const allGood = (told: readonly Told[]): boolean => told.every(({ status }) => status === 200)

  it('SE-20 LD-05 that is gone, the answer is 503 with Retry-After, and then all is as before', async () => {
    const { apps, provider } = site()
    expect(allGood(await askAll())).toBe(true)
    await proxy.stop()
    for (let round = 0; round < 3; round++) {
      // oxlint-disable-next-line no-await-in-loop -- one round after the other
      const told = await askAll()
      expect(new Set(told.map(({ status, retryAfter }) => `${status} ${retryAfter}`))).toEqual(
        new Set(['503 5']),
      )
    }
    // What needs no session goes on.
    const open = await pick(people, 0).browser.fetch(`${pick(apps, 0).url}/public`)
    expect(open.status).toBe(200)
    await proxy.start()
    await until(askAll, allGood)
    expect(provider.grants.counts).toMatchObject({ refreshes: 0, reuses: 0 })
  })

  it('LD-05 that restarts under load, answers are good or 503, and nobody is lost', async (context) => {
    const { restart } = redis.server(context)
    if (!restart) context.skip('the Redis of REDIS_URL is not ours to restart')
    const statuses: number[] = []
    const load = new AbortController()
    const loading = (async () => {
      while (!load.signal.aborted) {
        // oxlint-disable-next-line no-await-in-loop -- one round after the other
        statuses.push(...(await askAll()).map(({ status }) => status))
      }
    })()
    await until(
      () => statuses.length,
      (count) => count > 40,
    )
    await restart?.()
    await until(askAll, allGood)
    load.abort()
    await loading
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([])
  })

  it('LD-05 that did not take new tokens, they are stored later, and no other process uses the old', async () => {
    const { apps, provider } = site()
    const [app, other] = [pick(apps, 0), pick(apps, 1)]
    const person = pick(people, 0)
    const { refreshes } = provider.grants.counts
    await site().shift(hour)
    const held = holdRefreshes(provider)
    const renewing = createPerson(person.id, person.browser.cookies).get(app, '/data')
    await held.came
    await proxy.stop()
    held.release()
    expect((await renewing).status).toBe(503)
    await proxy.start()
    // Only the first process has the new tokens, and only the other one is asked.
    const page = await until(
      () => person.get(other, '/data'),
      ({ status }) => status === 200,
    )
    expect(readAnswer(page)?.tokenOf).toBe(person.id)
    expect(provider.grants.counts).toMatchObject({ refreshes: refreshes + 1, reuses: 0 })
  })

  it('SE-22 that is slow, requests fail at their time limit and then at once, and nothing piles up', async () => {
    // Longer than a test may take: who waited for an answer would never come to the end.
    proxy.delay(120_000)
    for (let round = 0; round < 20; round++) {
      // oxlint-disable-next-line no-await-in-loop -- one round after the other
      const told = await askAll()
      expect(new Set(told.map(({ status }) => status))).toEqual(new Set([503]))
    }
    // What was held back never comes; a client finds out when its connection breaks.
    proxy.delay(0)
    await proxy.stop()
    await proxy.start()
    await until(askAll, allGood)
  })

  it('SE-27 whose answers come in the wrong order, nobody is answered as somebody else', async () => {
    proxy.dropNext()
    // askAll throws when that happens.
    const told = await askAll()
    expect(told.filter(({ status }) => ![200, 401, 503].includes(status))).toEqual([])
    await proxy.stop()
    await proxy.start()
  })
})
