import { type App, readUser, signIn, startSessionApp } from '../harness/app.ts'
import { type Answer, send } from '../harness/browser.ts'
import type { Place } from '../harness/contender.ts'
import type { Bench, Measure, Row } from '../harness/measure.ts'
import { findContenders, firstLine } from './compare.ts'

/**
 * A page that sends many requests at once just when the session has to be renewed, to a provider that
 * takes a refresh token sent twice for a stolen one; then some that were late.
 */
export const refreshStorm: Measure = {
  name: 'refresh-storm',
  async run(bench) {
    await bench.provider.configure({ size: 2500 })
    const rows: Row[] = []
    for (const name of await findContenders(bench, ({ session }) => session?.renews ?? false)) {
      rows.push(await unleash([name], 'cookies', bench))
    }
    if (bench.redisUrl === '') return rows
    rows.push(await unleash(['trefoil'], 'redis', bench))
    rows.push(await unleash(['trefoil', 'trefoil'], 'redis', bench))
    return rows
  },
}

const atOnce = 100
const late = 10
/** Seconds that tokens last at first, so that they end soon. */
const lifetime = 2

async function unleash(names: readonly string[], place: Place, bench: Bench): Promise<Row> {
  const [name = ''] = names
  const many = names.length > 1 ? `, ${names.length} processes` : ''
  const who = place === 'redis' ? `${name} (in redis${many})` : name
  const work = `refresh storm: ${atOnce} requests at once, then ${late} late ones`
  bench.say(`refresh storm: ${who}`)
  const apps: App[] = []
  try {
    for (const each of names) {
      const options = { place, redisUrl: bench.redisUrl, renews: true }
      apps.push(await startSessionApp(each, bench.setup, options))
    }
    const result = await storm(apps, bench)
    const isGood = result.tokenCalls === 1 && result.good === atOnce + late && result.isSignedIn
    return {
      work,
      who,
      figure: describe(result),
      ...(name === 'trefoil' && { goal: '1 token call, 110 good, signed in', isMet: isGood }),
      details: result,
    }
  } catch (error) {
    return { work, who, figure: `failed: ${firstLine(error)}` }
  } finally {
    await Promise.all(apps.map(async (app) => app.stop()))
  }
}

interface Result {
  readonly tokenCalls: number
  readonly good: number
  readonly isSignedIn: boolean
}

async function storm(apps: readonly App[], { provider }: Bench): Promise<Result> {
  const [first] = apps
  if (!first) throw new Error('no app')
  await provider.configure({ lifetime })
  const { shot, browser } = await signIn(first)
  await provider.configure({ lifetime: 3600 })
  await new Promise((resolve) => setTimeout(resolve, (lifetime + 1.2) * 1000))
  await provider.reset()
  const ask = async (index: number): Promise<Answer> => {
    const { origin } = apps[index % apps.length] ?? first
    return send(new URL('/me', origin), shot.headers)
  }
  const burst = await Promise.all(Array.from({ length: atOnce }, (_, index) => ask(index)))
  for (const answer of burst) browser.take(first.origin, answer)
  const rest = await Promise.all(Array.from({ length: late }, (_, index) => ask(index)))
  const headers = { cookie: browser.cookieHeader(first.origin) }
  const after = await send(new URL('/me', first.origin), headers)
  const { refresh_token: tokenCalls = 0, reuse = 0 } = await provider.counts()
  return {
    tokenCalls,
    good: [...burst, ...rest].filter((answer) => readUser(answer) === shot.user).length,
    // With a refresh token sent twice the session is dead at the provider, whatever the page shows.
    isSignedIn: readUser(after) === shot.user && reuse === 0,
  }
}

function describe({ tokenCalls, good, isSignedIn }: Result): string {
  const state = isSignedIn ? 'signed in' : 'signed OUT'
  return `${tokenCalls} token calls, ${good} of ${atOnce + late} good, ${state}`
}
