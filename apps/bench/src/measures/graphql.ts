import { type App, type Lane, loadContender, sampleCpu, startGraphqlApp } from '../harness/app.ts'
import type { Shot } from '../harness/load.ts'
import type { Bench, Measure, Row } from '../harness/measure.ts'
import { median, spread } from '../harness/statistics.ts'
import { readSubject } from '../harness/tokens.ts'
import { contenderNames } from '../harness/contenders.ts'
import { firstLine, microseconds, sampling } from './compare.ts'

/** What callers and guards add to a GraphQL server, beside the same server without. */
export const graphql: Measure = {
  name: 'graphql',
  async run(bench) {
    const rows: Row[] = []
    for (const name of await findServers(bench)) rows.push(...(await measure(name, bench)))
    return rows
  },
}

const work = 'GraphQL: CPU added to a request by an RS256 token and a guarded field'
// More than Trefoil remembers, so that each request verifies its own.
const manyTokens = 1200

async function findServers({ among }: Bench): Promise<string[]> {
  const names: string[] = []
  for (const name of contenderNames()) {
    const isChosen = among.length === 0 || among.includes(name)
    if (isChosen && (await loadContender(name)).graphql) names.push(name)
  }
  return names
}

async function measure(name: string, bench: Bench): Promise<Row[]> {
  bench.say(`GraphQL: ${name}`)
  const apps: App[] = []
  try {
    apps.push(await startGraphqlApp(name, { ...bench.setup, isGuarded: false }))
    apps.push(await startGraphqlApp(name, { ...bench.setup, isGuarded: true }))
    const [bare, guarded] = apps
    if (!bare || !guarded) return []
    const shots = toShots(await bench.provider.tokens(manyTokens, 'good'))
    const base: Lane = { app: bare, shots: shots.map((shot) => ({ ...shot, user: null })) }
    const hit: Lane = { app: guarded, shots: shots.slice(0, 10) }
    const miss: Lane = { app: guarded, shots }
    const samples = await sampleCpu([base, hit, miss], sampling(bench))
    const of = (lane: Lane): readonly number[] => samples.get(lane) ?? []
    return [
      { work, who: `${name}, without`, figure: `${microseconds(of(base))} in all` },
      toRow(`${name}, hit`, of(hit), of(base)),
      toRow(`${name}, miss`, of(miss), of(base)),
    ]
  } catch (error) {
    return [{ work, who: name, figure: `failed: ${firstLine(error)}` }]
  } finally {
    await Promise.all(apps.map(async (app) => app.stop()))
  }
}

function toRow(who: string, values: readonly number[], base: readonly number[]): Row {
  const added = values.map((value, round) => value - (base[round] ?? 0))
  const ratios = values.map((value, round) => value / (base[round] ?? Number.NaN))
  return {
    work,
    who,
    figure: microseconds(added),
    ratio: { to: 'the same server without', value: median(ratios) },
    details: { spread: spread(added), samples: added, bare: base },
  }
}

function toShots(tokens: readonly string[]): Shot[] {
  return tokens.map((token) => ({
    // Apollo wants a GET to be one that no form of another site can send.
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    user: readSubject(token),
  }))
}
