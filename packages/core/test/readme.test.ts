import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { errorTexts } from '../src/error-catalog.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('the README lists every error code with its status', () => {
  const listed = [...readme.matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)].map(([, ...row]) => row)
  const catalog = Object.entries(errorTexts).map(([code, { status }]) => [code, String(status)])
  expect(catalog.length).toBeGreaterThan(20)
  expect(listed.toSorted(byCode)).toEqual(catalog.toSorted(byCode))
})

function byCode([one = '']: string[], [other = '']: string[]): number {
  return one < other ? -1 : 1
}
