/**
 * Lays out rows in columns, each as wide as its widest cell.
 * @param {readonly (readonly string[])[]} rows
 * @param {string} [indent]
 * @returns {string}
 */
export function formatTable(rows, indent = '  ') {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, index) =>
    Math.max(...rows.map((row) => row[index]?.length ?? 0)),
  )
  return rows
    .map((row) => indent + row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n')
}
