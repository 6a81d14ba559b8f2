import { atMost, type Check, time } from '../check.ts'
import { createPerson, type Person } from '../person.ts'
import { pick, signInPeople, type Site, startSite } from '../site.ts'
import { until } from '../until.ts'

/** How soon an ending counts in all of four processes. */
export async function measureEndings(redisUrl: string): Promise<Check[]> {
  const checks: Check[] = []
  for (const [kept, settings] of [
    ['in Redis', { store: 'redis' }],
    ['in cookies with a deny list', { store: 'cookie', denyList: 'redis' }],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one site after the other
    const site = await startSite(4, { ...settings, redisUrl })
    // oxlint-disable-next-line no-await-in-loop
    const slowest = await measureSite(site)
    checks.push(atMost(`until a logout token counts, sessions ${kept}`, slowest, 1000, 'ms'))
    // oxlint-disable-next-line no-await-in-loop
    await site.close()
  }
  return checks
}

async function measureSite(site: Site): Promise<number> {
  const people = await signInPeople(site.apps, 20)
  let slowest = 0
  for (const person of people) {
    const isGone = async (): Promise<boolean> => {
      const asking = site.apps.map((app) => createPerson(person.id, copyOf(person)).get(app))
      return (await Promise.all(asking)).every(({ status }) => status === 401)
    }
    // oxlint-disable-next-line no-await-in-loop -- one person after the other
    await isGone()
    // oxlint-disable-next-line no-await-in-loop
    const token = await site.provider.logoutToken({ sub: person.id })
    // oxlint-disable-next-line no-await-in-loop
    const ending = await time(async () => {
      await fetch(`${pick(site.apps, 0).url}/auth/backchannel-logout`, {
        method: 'POST',
        body: new URLSearchParams({ logout_token: token }),
      })
      await until(isGone, (gone) => gone)
    })
    slowest = Math.max(slowest, ending.milliseconds)
  }
  return slowest
}

function copyOf({ browser }: Person): ReadonlyMap<string, string> {
  return browser.cookies
}
