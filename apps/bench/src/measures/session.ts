import { type App, signIn, startSessionApp } from '../harness/app.ts'
import type { Contender, Place } from '../harness/contender.ts'
import type { Shot } from '../harness/load.ts'
import type { Bench, Measure, Row } from '../harness/measure.ts'
import { compareAdded, type Entry } from './compare.ts'

/**
 * What one authenticated request adds to a bare route, with the session in cookies. The size is that
 * of the tokens; 6 kB of them fill the 8 kB of cookies that Trefoil allows itself.
 */
export const sessionInCookies: Measure = {
  name: 'session-cookies',
  run: async (bench) => [
    ...(await compareSessions(bench, 'cookies', 3000)),
    ...(await compareSessions(bench, 'cookies', 6000)),
  ],
}

/** The same with the session in Redis. */
export const sessionInRedis: Measure = {
  name: 'session-redis',
  run: async (bench) => [
    ...(await compareSessions(bench, 'redis', 3000)),
    ...(await compareSessions(bench, 'redis', 8000)),
  ],
}

async function compareSessions(bench: Bench, place: Place, size: number): Promise<Row[]> {
  const work = `session, ${size / 1000} kB of tokens, in ${place}: CPU added to a request`
  if (place === 'redis' && bench.redisUrl === '') {
    return [{ work, who: 'all', figure: 'skipped: no Redis found' }]
  }
  await bench.provider.configure({ size })
  return compareAdded(bench, {
    work,
    isIn: ({ session }) => session?.places.includes(place) ?? false,
    start: async (name) => startSessionApp(name, bench.setup, { place, redisUrl: bench.redisUrl }),
    makeLanes: async (app, contender) => makeLanes(app, contender, bench),
    reference: place === 'redis' ? 'express-session' : 'express-openid-connect',
    judge: (label, ratio) => judge(label, ratio, place),
    details: ({ shots }) => ({ size, cookieBytes: shots[0]?.headers['cookie']?.length ?? 0 }),
  })
}

function judge(label: string, ratio: number, place: Place): Pick<Row, 'goal' | 'isMet'> {
  if (!label.startsWith('trefoil')) return {}
  const most = place === 'redis' ? 0.2 : label.endsWith('hit') ? 0.06 : 0.12
  return { goal: `at most ${most}x`, isMet: ratio <= most }
}

// More sessions than Trefoil remembers (1,000), so that each request opens its own. Everybody has them:
// many values in turn cost more than a few, whoever reads them.
const manySessions = { quick: 1050, full: 1200 }

async function makeLanes(app: App, { session }: Contender, bench: Bench): Promise<Entry[]> {
  const { name } = app
  if (name === 'bare') return [{ label: name, app, shots: [{ headers: {}, user: null }] }]
  const label = session?.keptIn === undefined ? name : `${name} (in ${session.keptIn})`
  const shots = await signInMany(app, bench.isQuick ? manySessions.quick : manySessions.full)
  if (!session?.remembers) return [{ label, app, shots }]
  return [
    { label: `${label}, hit`, app, shots: shots.slice(0, 10) },
    { label: `${label}, miss`, app, shots },
  ]
}

/** Signs several people in; rejects when one of them stays signed out. */
export async function signInMany(app: App, count: number): Promise<Shot[]> {
  const shots: Shot[] = []
  let begun = 0
  const lane = async (): Promise<void> => {
    while (begun++ < count) {
      const { shot } = await signIn(app)
      shots.push(shot)
    }
  }
  await Promise.all(Array.from({ length: Math.min(4, count) }, lane))
  return shots
}
