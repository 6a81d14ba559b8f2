/** A report of the demo's made-up company. */
export interface Report {
  readonly id: string
  readonly title: string
  readonly period: string
  readonly total: string
}

/** What a real API would read from its database. */
export const reports: readonly Report[] = [
  { id: 'r-1', title: 'Revenue', period: 'Third quarter', total: '€ 128,400' },
  { id: 'r-2', title: 'New customers', period: 'Third quarter', total: '312' },
  { id: 'r-3', title: 'Support requests', period: 'September', total: '1,084' },
]
