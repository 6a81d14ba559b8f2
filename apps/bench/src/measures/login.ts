import { type App, readUser, startSessionApp } from '../harness/app.ts'
import { createBrowser } from '../harness/browser.ts'
import type { Bench, Measure, Row } from '../harness/measure.ts'
import { interleave, medianRatio, spread } from '../harness/statistics.ts'
import { findContenders, firstLine, microseconds } from './compare.ts'

/** What one login costs the app, from the first redirect to the page that names the user. */
export const login: Measure = {
  name: 'login',
  async run(bench) {
    await bench.provider.configure({ size: 3000, lifetime: 3600 })
    const work = 'login: CPU of the app'
    const apps: App[] = []
    const rows: Row[] = []
    try {
      for (const name of await findContenders(bench, ({ session }) => session?.signsIn ?? false)) {
        bench.say(`${work}: ${name}`)
        try {
          apps.push(await startWarm(name, bench))
        } catch (error) {
          rows.push({ work, who: name, figure: `not measured: ${firstLine(error)}` })
        }
      }
      return [...(await compareLogins(work, apps, bench)), ...rows]
    } finally {
      await Promise.all(apps.map(async (app) => app.stop()))
    }
  },
}

const reference = 'express-openid-connect'

async function startWarm(name: string, bench: Bench): Promise<App> {
  const { redisUrl, setup, isQuick } = bench
  const [contender] = await findPlaces(name)
  if (contender === 'redis' && redisUrl === '') throw new Error('no Redis found')
  const app = await startSessionApp(name, setup, { place: contender ?? 'cookies', redisUrl })
  try {
    await signInOften(app, isQuick ? 40 : 200)
    return app
  } catch (error) {
    await app.stop()
    throw error
  }
}

async function findPlaces(name: string): Promise<readonly ('cookies' | 'redis')[]> {
  const { contender } = await import(`../contenders/${name}.ts`)
  return contender.session.places
}

async function compareLogins(work: string, apps: readonly App[], bench: Bench): Promise<Row[]> {
  const logins = bench.isQuick ? 20 : 60
  const samples = await interleave(apps, bench.isQuick ? 3 : 11, async (app) => {
    const before = await app.cpu()
    await signInOften(app, logins)
    return ((await app.cpu()) - before) / logins
  })
  const other = apps.find(({ name }) => name === reference)
  const references = (other && samples.get(other)) ?? []
  return apps.map((app) => {
    const values = samples.get(app) ?? []
    const value = medianRatio(values, references)
    return {
      work,
      who: app.name,
      figure: microseconds(values),
      ratio: { to: reference, value },
      ...(app.name === 'trefoil' && { goal: 'at most 0.5x', isMet: value <= 0.5 }),
      details: { spread: spread(values), samples: values },
    }
  })
}

async function signInOften(app: App, count: number): Promise<void> {
  for (let round = 0; round < count; round++) {
    const answer = await createBrowser().go(`${app.origin}/login`)
    if (readUser(answer) === undefined) throw new Error('nobody is signed in after the login')
  }
}
