import type { Row } from './measure.ts'

const headings = ['work', 'who', 'figure', 'ratio', 'goal', 'met']

/** Lays the rows out in columns, for a terminal. */
export function formatTable(rows: readonly Row[]): string {
  const cells = rows.map((row, index) => toCells(row, rows[index - 1]))
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((line) => line[column]?.length ?? 0)),
  )
  const rule = widths.map((width) => '-'.repeat(width))
  return [headings, rule, ...cells]
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function toCells({ work, who, figure, ratio, goal, isMet }: Row, above: Row | undefined): string[] {
  return [
    work === above?.work ? '' : work,
    who,
    figure,
    ratio ? `${ratio.value.toFixed(3)} of ${ratio.to}` : '',
    goal ?? '',
    isMet === undefined ? '' : isMet ? 'yes' : 'NO',
  ]
}
