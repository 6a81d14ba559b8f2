import { afterEach, describe, expect, it } from 'vitest'
import { burst, readAnswer } from '../src/person.ts'
import { holdRefreshes } from '../src/provider.ts'
import { pick, signInPeople, type Site, startSite } from '../src/site.ts'
import { until } from '../src/until.ts'
import { useRedis } from './use-redis.ts'

const hour = 3_600_000

describe('several processes over one Redis', () => {
  const redis = useRedis()
  let site: Site | undefined
  afterEach(async () => site?.close())

  it.for([2, 4])(
    'RF-02 LD-06 fifty sessions that expire together are renewed once each by %i processes',
    async (processes, context) => {
      site = await startSite(processes, { store: 'redis', redisUrl: redis.url(context) })
      const { apps, provider } = site
      const people = await signInPeople(apps, 50)
      await site.shift(hour)
      const pages = (await Promise.all(people.map((person) => burst(person, apps, 4)))).flat()
      const late = (await Promise.all(people.map((person) => burst(person, apps, 1)))).flat()
      const names = [...pages, ...late].map((page) => readAnswer(page)?.tokenOf ?? page.text)
      expect(names).toEqual([
        ...people.flatMap(({ id }) => [id, id, id, id]),
        ...people.map(({ id }) => id),
      ])
      expect(provider.grants.counts).toMatchObject({ refreshes: 50, reuses: 0 })
    },
  )

  describe('of which one dies while it renews a session', () => {
    it.for([
      { token: 'still good', age: hour - 30_000 },
      { token: 'over', age: hour + 60_000 },
    ])(
      'RF-02 the others go on with the session when its access token is $token',
      async ({ age }, context) => {
        site = await startSite(2, { store: 'redis', redisUrl: redis.url(context), timeout: 1000 })
        const { apps, provider } = site
        const [first, second] = [pick(apps, 0), pick(apps, 1)]
        const [person] = await signInPeople([first], 1)
        if (!person) throw new Error('Nobody is there.')
        await site.shift(age)
        const held = holdRefreshes(provider)
        const lost = burst(person, [first], 1).catch(() => 'broken')
        await held.came
        await first.kill()
        expect(await lost).toBe('broken')
        // The provider has not used the refresh token: the connection broke before.
        held.release('reset')

        const seen: number[] = []
        await until(
          async () => {
            const page = await person.get(second, '/page')
            seen.push(page.status)
            return provider.grants.counts.refreshes
          },
          (refreshes) => refreshes === 1,
        )
        expect(seen.filter((status) => status !== 200)).toEqual([])
        const page = await person.get(second, '/data')
        expect(readAnswer(page)).toMatchObject({ user: person.id, tokenOf: person.id })
        expect(provider.grants.counts).toMatchObject({ refreshes: 1, reuses: 0 })
      },
    )

    it('RF-02 nobody waits for another process while the access token is good', async (context) => {
      site = await startSite(2, { store: 'redis', redisUrl: redis.url(context) })
      const { apps, provider } = site
      const [first, second] = [pick(apps, 0), pick(apps, 1)]
      const [person] = await signInPeople([first], 1)
      if (!person) throw new Error('Nobody is there.')
      await site.shift(hour - 30_000)
      const held = holdRefreshes(provider)
      const renewing = burst(person, [first], 1)
      await held.came
      const others = await burst(person, [second], 20)
      expect(others.map((page) => readAnswer(page)?.tokenOf)).toEqual(others.map(() => person.id))
      expect(provider.grants.counts.refreshes).toBe(0)
      held.release()
      expect((await renewing).map((page) => readAnswer(page)?.tokenOf)).toEqual([person.id])
      expect(provider.grants.counts).toMatchObject({ refreshes: 1, reuses: 0 })
    })
  })
})
