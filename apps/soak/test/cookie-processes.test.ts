import { describe, expect, it } from 'vitest'
import { burst, createPerson, type Person, readAnswer } from '../src/person.ts'
import { pick, signInPeople, startSite } from '../src/site.ts'
import { useSite } from './use-site.ts'

const hour = 3_600_000

describe('two processes with sessions in cookies, which share nothing', () => {
  const site = useSite(async () => startSite(2))

  /** Somebody whose access token is over. */
  async function expire(): Promise<Person> {
    site().provider.grants.overlap = 0
    const [person] = await signInPeople(site().apps, 1)
    if (!person) throw new Error('Nobody is there.')
    await site().shift(hour)
    return person
  }

  it('RF-13 both renew, where the provider forgives the second use for a while', async () => {
    const person = await expire()
    site().provider.grants.overlap = 30
    const { refreshes } = site().provider.grants.counts
    const pages = await burst(person, site().apps, 40)
    expect(pages.map((page) => readAnswer(page)?.tokenOf)).toEqual(pages.map(() => 'kp_1'))
    expect(site().provider.grants.counts).toMatchObject({
      refreshes: refreshes + 2,
      reuses: 0,
    })
  })

  it('RF-03 with strict rotation the loser does not clear the cookies of the winner', async () => {
    const person = await expire()
    const old = new Map(person.browser.cookies)
    const [winner, loser] = [pick(site().apps, 0), pick(site().apps, 1)]
    const won = await createPerson('kp_1', old).get(winner, '/data')
    expect(readAnswer(won)?.tokenOf).toBe('kp_1')
    const lost = await createPerson('kp_1', old).get(loser, '/data')
    expect(lost.status).toBe(401)
    expect(lost.headers.getSetCookie()).toEqual([])
    // The browser has the winner's cookies, so both processes know it.
    for (const line of won.headers.getSetCookie()) keep(person, line)
    for (const app of site().apps) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(readAnswer(await person.get(app, '/data'))?.tokenOf).toBe('kp_1')
    }
  })

  it('RF-03 RF-22 the dead cookie goes in the end, and costs the provider nothing meanwhile', async () => {
    const person = await expire()
    const old = new Map(person.browser.cookies)
    const [winner, loser] = [pick(site().apps, 0), pick(site().apps, 1)]
    await createPerson('kp_1', old).get(winner, '/data')
    const before = site().provider.hits('/oauth2/token')
    for (let round = 0; round < 5; round++) {
      // oxlint-disable-next-line no-await-in-loop
      const page = await createPerson('kp_1', old).get(loser, '/data')
      expect([page.status, page.headers.getSetCookie()]).toEqual([401, []])
    }
    await site().shift(11_000)
    const page = await createPerson('kp_1', old).get(loser, '/data')
    expect(page.status).toBe(401)
    expect(page.headers.getSetCookie().join()).toMatch(/soak\.session=;.*Max-Age=0/)
    expect(site().provider.hits('/oauth2/token')).toBe(before + 1)
  })
})

function keep(person: Person, line: string): void {
  const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(line) ?? []
  person.browser.cookies.set(name, value)
}
