import type { Setup } from './contender.ts'

/** One line of the table. */
export interface Row {
  /** The work that was measured. */
  readonly work: string
  readonly who: string
  /** The figure, or why there is none. */
  readonly figure: string
  /** By what it is divided, and the quotient. */
  readonly ratio?: { readonly to: string; readonly value: number }
  /** The goal of PERFORMANCE.md, where there is one. */
  readonly goal?: string
  readonly isMet?: boolean
  /** The figures behind, for the JSON. */
  readonly details?: object
}

/** What a measure works with. */
export interface Bench {
  readonly isQuick: boolean
  /** The contenders that take part; empty: all. */
  readonly among: readonly string[]
  /** The provider's issuer identifier. */
  readonly setup: Setup
  readonly provider: Provider
  /** Where Redis is; empty when there is none. */
  readonly redisUrl: string
  /** Tells the person who waits what is being done. */
  say(text: string): void
}

/** A way of asking the provider's process. */
export interface Provider {
  configure(settings: object): Promise<void>
  counts(): Promise<Readonly<Record<string, number>>>
  reset(): Promise<void>
  tokens(count: number, kind: 'good' | 'forged' | 'unknown'): Promise<string[]>
}

/** Something that is measured. */
export interface Measure {
  readonly name: string
  run(bench: Bench): Promise<Row[]>
}
