import { type App, startBearerApp } from '../harness/app.ts'
import { send } from '../harness/browser.ts'
import type { Contender } from '../harness/contender.ts'
import type { Shot } from '../harness/load.ts'
import type { Bench, Measure, Row } from '../harness/measure.ts'
import { median } from '../harness/statistics.ts'
import { readSubject } from '../harness/tokens.ts'
import { compareAdded, type Entry, findContenders, firstLine } from './compare.ts'

/** What verifying an RS256 bearer token adds to a bare route. */
export const bearer: Measure = {
  name: 'bearer',
  async run(bench) {
    const work = 'bearer token, RS256: CPU added to a request'
    const rows = await compareAdded(bench, {
      work,
      isIn: (contender) => contender.bearer !== undefined,
      start: async (name) => startBearerApp(name, bench.setup),
      makeLanes: async (app, contender) => makeLanes(app, contender, bench),
      reference: 'jose',
      judge,
    })
    const hit = rows.find(({ who }) => who === 'trefoil, hit')
    return hit ? [...rows, wholeRoute(work, hit)] : rows
  },
}

interface Details {
  readonly samples: readonly number[]
  readonly bare: readonly number[]
}

// What the goal is for: the whole of a protected route beside the whole of a bare one.
function wholeRoute(work: string, { details }: Row): Row {
  const { samples = [], bare = [] }: Partial<Details> = details ?? {}
  const value = median(bare.map((base, round) => (base + (samples[round] ?? Number.NaN)) / base))
  return {
    work,
    who: 'trefoil, hit, whole route',
    figure: '',
    ratio: { to: 'the bare route', value },
    goal: 'at most 1.1x',
    isMet: value <= 1.1,
  }
}

function judge(label: string, ratio: number): Pick<Row, 'goal' | 'isMet'> {
  if (!label.startsWith('trefoil')) return {}
  const most = label.endsWith('hit') ? 0.02 : 1
  return { goal: `at most ${most}x`, isMet: ratio <= most }
}

// More tokens than Trefoil remembers (1,000), so that each request verifies its own.
const manyTokens = 1200

async function makeLanes(app: App, contender: Contender, { provider }: Bench): Promise<Entry[]> {
  const { name } = app
  const shots = toShots(await provider.tokens(manyTokens, 'good'))
  // The bare route is sent the same tokens: receiving a header of a kilobyte costs something too, and
  // that is not the verifier's.
  if (name === 'bare') return [{ label: name, app, shots: shots.map(asNobody) }]
  if (!contender.bearer?.remembers) return [{ label: name, app, shots }]
  return [
    { label: `${name}, hit`, app, shots: shots.slice(0, 10) },
    { label: `${name}, miss`, app, shots },
  ]
}

function toShots(tokens: readonly string[]): Shot[] {
  return tokens.map((token) => ({
    headers: { authorization: `Bearer ${token}` },
    user: readSubject(token),
  }))
}

function asNobody(shot: Shot): Shot {
  return { ...shot, user: null }
}

/** How often the key set is fetched because of tokens that nobody should have sent. */
export const keySet: Measure = {
  name: 'key-set',
  async run(bench) {
    const names = await findContenders(bench, ({ bearer }) => bearer !== undefined)
    const rows: Row[] = []
    for (const name of names.filter((candidate) => candidate !== 'bare')) {
      bench.say(`key set: ${name}`)
      rows.push(...(await countFetches(name, bench)))
    }
    return kinds.flatMap(({ work }) => rows.filter((row) => row.work === work))
  },
}

const kinds = [
  { kind: 'forged', work: 'key-set requests for 200 forged tokens' },
  { kind: 'unknown', work: 'key-set requests for 200 unknown key ids' },
] as const

async function countFetches(name: string, bench: Bench): Promise<Row[]> {
  const { provider, setup } = bench
  const app = await startBearerApp(name, setup)
  const rows: Row[] = []
  try {
    const [good = ''] = await provider.tokens(1, 'good')
    await expectStatus(app, good, 200)
    for (const { kind, work } of kinds) {
      await provider.reset()
      for (const token of await provider.tokens(200, kind)) await expectStatus(app, token, 401)
      const { keys = 0 } = await provider.counts()
      const goal = name === 'trefoil' ? { goal: '0', isMet: keys === 0 } : {}
      rows.push({ work, who: name, figure: String(keys), ...goal })
    }
    await expectStatus(app, good, 200)
  } catch (error) {
    rows.push({ work: kinds[0].work, who: name, figure: `failed: ${firstLine(error)}` })
  } finally {
    await app.stop()
  }
  return rows
}

async function expectStatus({ origin }: App, token: string, expected: number): Promise<void> {
  const headers = { authorization: `Bearer ${token}` }
  const { status } = await send(new URL('/me', origin), headers)
  if (status !== expected) throw new Error(`expected status ${expected}, got ${status}`)
}
