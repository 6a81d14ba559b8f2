import { type App, type Lane, loadContender, sampleCpu } from '../harness/app.ts'
import type { Contender } from '../harness/contender.ts'
import { contenderNames } from '../harness/contenders.ts'
import type { Bench, Row } from '../harness/measure.ts'
import { median, medianRatio, spread } from '../harness/statistics.ts'

/** A lane with the name that the table gives it. */
export interface Entry extends Lane {
  readonly label: string
}

/** A comparison of contenders by what they add to the bare route. */
export interface Comparison {
  readonly work: string
  /** Who takes part; `bare` always does. */
  readonly isIn: (contender: Contender) => boolean
  readonly start: (name: string) => Promise<App>
  readonly makeLanes: (app: App, contender: Contender) => Promise<Entry[]>
  /** The label that ratios are to. */
  readonly reference: string
  readonly judge: (label: string, ratio: number) => Pick<Row, 'goal' | 'isMet'>
  readonly details?: (lane: Entry) => object
}

/** Starts every contender, has them take turns, and says what each adds to the bare route. */
export async function compareAdded(bench: Bench, comparison: Comparison): Promise<Row[]> {
  const { work } = comparison
  const apps: App[] = []
  const lanes: Entry[] = []
  const refused: Row[] = []
  try {
    for (const name of await findContenders(bench, comparison.isIn)) {
      bench.say(`${work}: ${name}`)
      try {
        const app = await comparison.start(name)
        apps.push(app)
        lanes.push(...(await comparison.makeLanes(app, await loadContender(name))))
      } catch (error) {
        refused.push({ work, who: name, figure: `not served: ${firstLine(error)}` })
      }
    }
    bench.say(`${work}: ${lanes.length} in turn`)
    const samples = await sampleCpu(lanes, sampling(bench))
    return [...toRows(comparison, lanes, samples), ...refused]
  } finally {
    await Promise.all(apps.map(async (app) => app.stop()))
  }
}

/** How much is measured. */
export function sampling({ isQuick }: Bench): { rounds: number; requests: number; warmUp: number } {
  return isQuick
    ? { rounds: 3, requests: 200, warmUp: 400 }
    : { rounds: 31, requests: 300, warmUp: 2400 }
}

/** The names of those who take part. */
export async function findContenders(
  { among }: Bench,
  isIn: (contender: Contender) => boolean,
): Promise<string[]> {
  const names: string[] = []
  for (const name of contenderNames()) {
    const isChosen = name === 'bare' || among.length === 0 || among.includes(name)
    if (isChosen && isIn(await loadContender(name))) names.push(name)
  }
  return names
}

function toRows(
  comparison: Comparison,
  lanes: readonly Entry[],
  samples: ReadonlyMap<Lane, readonly number[]>,
): Row[] {
  const { work, reference, judge, details } = comparison
  const bare = lanes.find(({ label }) => label === 'bare')
  const base = (bare && samples.get(bare)) ?? []
  const added = (lane: Entry): number[] =>
    (samples.get(lane) ?? []).map((value, round) => value - (base[round] ?? 0))
  const other = lanes.find(({ label }) => label === reference)
  return lanes.map((lane) => {
    const { label } = lane
    if (lane === bare) return { work, who: 'bare route', figure: `${microseconds(base)} in all` }
    const values = added(lane)
    const ratio = other && medianRatio(values, added(other))
    return {
      work,
      who: label,
      figure: microseconds(values),
      ...(ratio !== undefined && {
        ratio: { to: reference, value: ratio },
        ...judge(label, ratio),
      }),
      details: { ...details?.(lane), spread: spread(values), samples: values, bare: base },
    }
  })
}

/** The median in microseconds, as text. */
export function microseconds(values: readonly number[]): string {
  const value = median(values)
  return `${value < 10 ? value.toFixed(2) : Math.round(value)} us`
}

/** What went wrong, in a line. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
