import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from '@trefoil/contract/browser'
import { atMost, type Check, exactly, findP99, time } from '../check.ts'
import { createPerson, type Person, readAnswer } from '../person.ts'
import { pick, signInPeople, type Site, startSite } from '../site.ts'
import { until } from '../until.ts'

const outage = 60_000
const perSecond = 200

/** The provider down for a minute under 200 requests a second, and then slow. */
export async function measureOutage(): Promise<Check[]> {
  const site = await startSite(1)
  const checks = [...(await measureDown(site)), ...(await measureSlow(site))]
  await site.close()
  return checks
}

async function measureDown(site: Site): Promise<Check[]> {
  const app = pick(site.apps, 0)
  const people = await signInPeople(site.apps, 50)
  await openBreaker(site)
  let asked = 0
  let served = 0
  const logins: number[] = []
  const empty: number[] = []
  let wrong = 0
  const askPage = async (person: Person): Promise<void> => {
    const page = await person.get(app, '/data')
    asked += 1
    if (readAnswer(page)?.tokenOf === person.id) served += 1
  }
  const askLogin = async (): Promise<void> => {
    const login = await time(() => createPerson('kp_0').browser.send(`${app.url}/auth/login`))
    logins.push(login.milliseconds)
    const { status, headers } = login.result
    if (status !== 503 || !headers.has('retry-after')) wrong += 1
    // What any request takes on this machine now.
    empty.push((await time(() => createPerson('kp_0').get(app, '/public'))).milliseconds)
  }
  const end = performance.now() + outage
  while (performance.now() < end) {
    const tenth = Array.from({ length: perSecond / 10 }, (_, index) =>
      index % 10 === 0 ? askLogin() : askPage(pick(people, asked + index)),
    )
    // oxlint-disable-next-line no-await-in-loop -- ten times a second
    await Promise.all([...tenth, sleep(100)])
  }
  await site.provider.start()
  const recovery = await time(() =>
    until(
      () => createPerson('kp_0').signIn(app),
      ({ status }) => status === 200,
    ),
  )
  return [
    exactly(`pages served of ${asked} while the provider is down for a minute`, served, asked),
    exactly(`of ${logins.length} sign-ins, not answered with 503 and Retry-After`, wrong, 0),
    atMost(
      'p99 of those beyond that of an empty page',
      findP99(logins) - findP99(empty),
      100,
      'ms',
    ),
    atMost('until somebody can sign in again', recovery.milliseconds / 1000, 5.5, 's'),
  ]
}

/** Three renewals in vain tell the app that its provider is down. */
async function openBreaker(site: Site): Promise<void> {
  const { provider, apps } = site
  provider.accessTokenLifetime = 60
  const hasty = await signInPeople(apps, 3)
  provider.accessTokenLifetime = 3600
  await site.shift(120_000)
  await provider.stop()
  await Promise.all(hasty.map((person) => person.get(pick(apps, 0))))
}

async function measureSlow(site: Site): Promise<Check[]> {
  const app = pick(site.apps, 0)
  const { provider } = site
  provider.accessTokenLifetime = 60
  const slow = await signInPeople(site.apps, 200)
  provider.accessTokenLifetime = 3600
  await site.shift(120_000)
  let waiting = 0
  let most = 0
  provider.intercept = async ({ path }) => {
    if (path !== '/oauth2/token') return undefined
    waiting += 1
    most = Math.max(most, waiting)
    await sleep(3000)
    waiting -= 1
    return undefined
  }
  // Forty a second, as a busy site has them, and not all in one moment.
  const askInTurn = async (path: string): Promise<{ pages: Page[]; delay: number }> => {
    await app.measure()
    const pages = await Promise.all(
      slow.map(async (person, index) => {
        await sleep(index * 25)
        return person.get(app, path)
      }),
    )
    return { pages, delay: (await app.measure()).delayP99 }
  }
  // What a process is held up on this machine now.
  const { delay: usual } = await askInTurn('/public')
  const { pages, delay } = await askInTurn('/page')
  provider.intercept = undefined
  const served = pages.filter((page, index) => readAnswer(page)?.user === slow[index]?.id)
  return [
    exactly('pages served while token calls take 3 s', served.length, slow.length),
    atMost(
      'p99 of the delay of the event loop beyond that of empty pages',
      delay - usual,
      50,
      'ms',
    ),
    atMost('requests that waited for the provider at once', most, 256),
  ]
}
