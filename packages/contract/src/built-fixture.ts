import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What tools make in the folder of an application, and nobody writes. */
export const madeNames: readonly string[] = [
  '.next',
  '.nuxt',
  '.output',
  'next-env.d.ts',
  'node_modules',
  'tsconfig.tsbuildinfo',
]

/** Whether a file that a build writes is missing, or older than something in these folders. */
export function isOutdated(output: string, sources: readonly string[]): boolean {
  return !existsSync(output) || statSync(output).mtimeMs <= Math.max(...sources.map(newest))
}

function newest(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !madeNames.includes(name))
    .map((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? newest(path) : statSync(path).mtimeMs
    })
  return Math.max(0, ...times)
}
