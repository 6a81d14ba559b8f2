/** Something that was measured, and what it should be. */
export interface Check {
  readonly name: string
  readonly measured: string
  readonly goal: string
  readonly isMet: boolean
}

/** A number that must not be above another. */
export function atMost(name: string, value: number, goal: number, unit = ''): Check {
  return {
    name,
    measured: format(value, unit),
    goal: `at most ${format(goal, unit)}`,
    isMet: value <= goal,
  }
}

/** Something that must be exactly so. */
export function exactly(name: string, value: number | string, goal: number | string): Check {
  return { name, measured: String(value), goal: String(goal), isMet: value === goal }
}

function format(value: number, unit: string): string {
  const rounded = Math.abs(value) < 10 ? Math.round(value * 100) / 100 : Math.round(value)
  return unit === '' ? String(rounded) : `${rounded} ${unit}`
}

/** The value that 99 of 100 are not above. */
export function findP99(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN
}

/** How long a task takes, in milliseconds. */
export async function time<Result>(
  task: () => Promise<Result>,
): Promise<{ result: Result; milliseconds: number }> {
  const started = performance.now()
  return { result: await task(), milliseconds: performance.now() - started }
}
