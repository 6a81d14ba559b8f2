/** The middle of a list of numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  const lower = sorted[Math.ceil(middle) - 1] ?? upper
  return (lower + upper) / 2
}

/** How far the values lie apart: the half between the quarters, as a part of the middle. */
export function spread(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN
  return (at(0.75) - at(0.25)) / median(values)
}

/**
 * Takes samples in rounds, everybody once a round, so that a busy moment of the machine falls on all.
 * Every other round goes backwards, so that nobody always follows the same one.
 */
export async function interleave<Subject>(
  subjects: readonly Subject[],
  rounds: number,
  sample: (subject: Subject, round: number) => Promise<number>,
): Promise<Map<Subject, number[]>> {
  const samples = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]))
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? subjects : [...subjects].reverse()
    for (const subject of order) samples.get(subject)?.push(await sample(subject, round))
  }
  return samples
}

/** The median over the rounds of one value by another of the same round. */
export function medianRatio(values: readonly number[], references: readonly number[]): number {
  return median(values.map((value, round) => value / (references[round] ?? Number.NaN)))
}
