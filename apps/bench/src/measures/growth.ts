import { type App, sampleCpu, startBearerApp, startSessionApp } from '../harness/app.ts'
import type { Place } from '../harness/contender.ts'
import type { Shot } from '../harness/load.ts'
import type { Bench, Measure, Row } from '../harness/measure.ts'
import { interleave } from '../harness/statistics.ts'
import { readSubject } from '../harness/tokens.ts'
import { type Entry, firstLine, microseconds, sampling } from './compare.ts'
import { signInMany } from './session.ts'

/** How Trefoil's cost grows: with the session, with their number, with keys, with processes. */
export const growth: Measure = {
  name: 'growth',
  async run(bench) {
    await bench.provider.configure({ size: 3000, lifetime: 3600, ahead: 0, keys: 1 })
    return [
      ...(await bySize('cookies', [1000, 2000, 3000, 4000, 6000, 8000, 12_000], bench)),
      ...(await bySize('redis', [1000, 3000, 6000, 8000, 12_000], bench)),
      ...(await byNumber(bench)),
      ...(await byKeys(bench)),
      ...(await byProcesses(bench)),
    ]
  },
}

const nobody: readonly Shot[] = [{ headers: {}, user: null }]

async function bySize(place: Place, sizes: readonly number[], bench: Bench): Promise<Row[]> {
  const work = `growth: session in ${place}, by size of the tokens`
  if (place === 'redis' && bench.redisUrl === '') {
    return [{ work, who: 'trefoil', figure: 'skipped: no Redis found' }]
  }
  const rows: Row[] = []
  const measured = await withLanes(bench, place, async (app, add) => {
    for (const size of sizes) {
      bench.say(`${work}: ${size}`)
      await bench.provider.configure({ size })
      const label = `${size / 1000} kB`
      try {
        add(label, await signInMany(app, 10))
      } catch (error) {
        rows.push({ work, who: label, figure: `not served: ${firstLine(error)}` })
      }
    }
    await bench.provider.configure({ size: 3000 })
  })
  return [...toRows(work, measured), ...rows]
}

async function byNumber(bench: Bench): Promise<Row[]> {
  const work = 'growth: sessions of 3 kB in cookies, by how many take turns'
  const numbers = bench.isQuick ? [1, 100, 1000] : [1, 100, 1000, 10_000]
  const measured = await withLanes(bench, 'cookies', async (app, add) => {
    const shots = await signInMany(app, Math.max(...numbers))
    for (const number of numbers) add(`${number} sessions`, shots.slice(0, number))
  })
  return toRows(work, measured)
}

type Add = (label: string, shots: readonly Shot[]) => void
type Samples = ReadonlyMap<string, readonly number[]>

async function withLanes(
  bench: Bench,
  place: Place,
  prepare: (app: App, add: Add) => Promise<void>,
): Promise<Samples> {
  const { setup, redisUrl } = bench
  const bare = await startSessionApp('bare', setup, { place, redisUrl })
  const app = await startSessionApp('trefoil', setup, { place, redisUrl })
  try {
    const lanes: Entry[] = [{ label: 'bare', app: bare, shots: nobody }]
    await prepare(app, (label, shots) => lanes.push({ label, app, shots }))
    return await sample(lanes, bench)
  } finally {
    await Promise.all([bare.stop(), app.stop()])
  }
}

async function sample(lanes: readonly Entry[], bench: Bench): Promise<Samples> {
  const samples = await sampleCpu(lanes, sampling(bench))
  return new Map(lanes.map((lane) => [lane.label, samples.get(lane) ?? []]))
}

function toRows(work: string, samples: Samples): Row[] {
  const bare = samples.get('bare') ?? []
  return [...samples]
    .filter(([label]) => label !== 'bare')
    .map(([who, values]) => {
      const added = values.map((value, round) => value - (bare[round] ?? 0))
      return { work, who, figure: microseconds(added), details: { samples: added } }
    })
}

async function byKeys(bench: Bench): Promise<Row[]> {
  const { provider, setup } = bench
  const apps = [await startBearerApp('bare', setup)]
  try {
    const [bare] = apps
    const lanes: Entry[] = bare ? [{ label: 'bare', app: bare, shots: nobody }] : []
    for (const keys of bench.isQuick ? [1, 10] : [1, 10, 50]) {
      bench.say(`growth: ${keys} keys`)
      await provider.configure({ keys })
      const app = await startBearerApp('trefoil', setup)
      apps.push(app)
      // As many as are never remembered, and verified with the newest of the keys.
      const tokens = await provider.tokens(1200, 'good')
      const shots = tokens.map((token) => ({
        headers: { authorization: `Bearer ${token}` },
        user: readSubject(token),
      }))
      await app.load.send(shots, 1)
      lanes.push({ label: `${keys} keys`, app, shots })
    }
    const work = 'growth: bearer token, nothing remembered, by keys in the set'
    return toRows(work, await sample(lanes, bench))
  } finally {
    await provider.configure({ keys: 1 })
    await Promise.all(apps.map(async (app) => app.stop()))
  }
}

async function byProcesses(bench: Bench): Promise<Row[]> {
  const work = 'growth: session of 3 kB in redis, CPU of a request in all, by processes'
  const { setup, redisUrl, isQuick } = bench
  if (redisUrl === '') return [{ work, who: 'trefoil', figure: 'skipped: no Redis found' }]
  const apps: App[] = []
  try {
    for (let index = 0; index < 4; index++) {
      apps.push(await startSessionApp('trefoil', setup, { place: 'redis', redisUrl }))
    }
    const [first] = apps
    const shots = first ? await signInMany(first, 100) : []
    const { rounds, requests, warmUp } = sampling(bench)
    for (const { load } of apps) await load.send(shots, warmUp)
    const numbers = isQuick ? [1, 2, 4] : [1, 2, 3, 4]
    const samples = await interleave(numbers, rounds, async (number) => {
      const chosen = apps.slice(0, number)
      const before = await sumCpu(chosen)
      await Promise.all(chosen.map(async ({ load }) => load.send(shots, requests)))
      return ((await sumCpu(chosen)) - before) / (requests * number)
    })
    return numbers.map((number) => {
      const values = samples.get(number) ?? []
      return {
        work,
        who: `${number} processes`,
        figure: microseconds(values),
        details: { samples: values },
      }
    })
  } finally {
    await Promise.all(apps.map(async (app) => app.stop()))
  }
}

async function sumCpu(apps: readonly App[]): Promise<number> {
  const values = await Promise.all(apps.map(async (app) => app.cpu()))
  return values.reduce((sum, value) => sum + value, 0)
}
