import {
  type App,
  type Lane,
  loadContender,
  sampleCpu,
  signIn,
  startSessionApp,
} from '../harness/app.ts'
import type { Place } from '../harness/contender.ts'
import { contenderNames } from '../harness/contenders.ts'
import type { Bench, Measure, Row } from '../harness/measure.ts'
import { median, medianRatio, spread } from '../harness/statistics.ts'

/** What one authenticated request adds to a bare route, with the session in cookies. */
export const sessionInCookies: Measure = {
  name: 'session-cookies',
  run: async (bench) => [
    ...(await compare(bench, {
      place: 'cookies',
      size: 3000,
      reference: 'express-openid-connect',
    })),
    ...(await compare(bench, {
      place: 'cookies',
      size: 6000,
      reference: 'express-openid-connect',
    })),
  ],
}

/** The same with the session in Redis. */
export const sessionInRedis: Measure = {
  name: 'session-redis',
  run: async (bench) => [
    ...(await compare(bench, { place: 'redis', size: 3000, reference: 'express-session' })),
    ...(await compare(bench, { place: 'redis', size: 8000, reference: 'express-session' })),
  ],
}

interface Comparison {
  readonly place: Place
  readonly size: number
  readonly reference: string
}

interface Entry extends Lane {
  readonly label: string
}

async function compare(bench: Bench, comparison: Comparison): Promise<Row[]> {
  const { place, size } = comparison
  const work = `session of ${size / 1000} kB in ${place}: CPU added to a request`
  if (place === 'redis' && bench.redisUrl === '') {
    return [{ work, who: 'all', figure: 'skipped: no Redis found' }]
  }
  await bench.provider.configure({ size, lifetime: 3600 })
  const apps: App[] = []
  const rows: Row[] = []
  const lanes: Entry[] = []
  try {
    for (const name of await findContenders(place)) {
      bench.say(`${work}: ${name}`)
      try {
        const app = await startSessionApp(name, bench.setup, { place, redisUrl: bench.redisUrl })
        apps.push(app)
        lanes.push(...(await makeLanes(app, bench)))
      } catch (error) {
        rows.push({ work, who: name, figure: `not served: ${firstLine(error)}` })
      }
    }
    bench.say(`${work}: measuring ${lanes.length}`)
    const { isQuick } = bench
    const samples = await sampleCpu(lanes, {
      rounds: isQuick ? 3 : 9,
      requests: isQuick ? 200 : 800,
      warmUp: isQuick ? 400 : 1600,
    })
    return [...toRows(work, comparison, lanes, samples), ...rows]
  } finally {
    await Promise.all(apps.map(async (app) => app.stop()))
  }
}

async function findContenders(place: Place): Promise<string[]> {
  const names: string[] = []
  for (const name of contenderNames()) {
    const { session } = await loadContender(name)
    if (session?.places.includes(place)) names.push(name)
  }
  return names
}

// More sessions than a cache of opened ones may hold, so that each request opens its own.
const manySessions = { quick: 300, full: 2500 }

async function makeLanes(app: App, { isQuick }: Bench): Promise<Entry[]> {
  const { name } = app
  if (name === 'bare') return [{ label: name, app, shots: [{ headers: {}, user: null }] }]
  const { session } = await loadContender(name)
  const shots = await signInMany(app, 10)
  if (!session?.remembers) return [{ label: name, app, shots }]
  const many = await signInMany(app, isQuick ? manySessions.quick : manySessions.full)
  return [
    { label: `${name}, hit`, app, shots },
    { label: `${name}, miss`, app, shots: many },
  ]
}

async function signInMany(app: App, count: number): Promise<Lane['shots']> {
  const shots: Lane['shots'][number][] = []
  const lane = async (): Promise<void> => {
    while (shots.length < count) {
      const signedIn = await signIn(app)
      if (!signedIn) throw new Error('nobody is signed in after the login')
      shots.push(signedIn.shot)
    }
  }
  await Promise.all(Array.from({ length: Math.min(4, count) }, lane))
  return shots
}

function toRows(
  work: string,
  { reference, place, size }: Comparison,
  lanes: readonly Entry[],
  samples: ReadonlyMap<Lane, readonly number[]>,
): Row[] {
  const added = new Map<string, number[]>()
  const bare = lanes.find(({ label }) => label === 'bare')
  const base = (bare && samples.get(bare)) ?? []
  for (const lane of lanes) {
    const values = samples.get(lane) ?? []
    added.set(
      lane.label,
      values.map((value, round) => value - (base[round] ?? 0)),
    )
  }
  const references = added.get(reference)
  return lanes.map((lane) => {
    const values = added.get(lane.label) ?? []
    if (lane === bare) return { work, who: 'bare route', figure: `${microseconds(base)} in all` }
    const value = references ? medianRatio(values, references) : undefined
    return {
      work,
      who: lane.label,
      figure: microseconds(values),
      ...(value !== undefined && { ratio: { to: reference, value } }),
      ...findGoal(lane.label, place, value),
      details: { size, cookieBytes: cookieBytes(lane), spread: spread(values), samples: values },
    }
  })
}

function findGoal(label: string, place: Place, ratio: number | undefined): Partial<Row> {
  if (!label.startsWith('trefoil') || ratio === undefined) return {}
  const most = place === 'redis' ? 0.2 : label.endsWith('hit') ? 0.06 : 0.12
  return { goal: `at most ${most}x`, isMet: ratio <= most }
}

function cookieBytes({ shots }: Lane): number {
  return shots[0]?.headers['cookie']?.length ?? 0
}

function microseconds(values: readonly number[]): string {
  return `${Math.round(median(values))} us`
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
