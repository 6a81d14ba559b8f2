import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const source = readFileSync(new URL('../src/errors.ts', import.meta.url), 'utf8')

it('the README lists every error code with its status, in the order of the catalog', () => {
  const listed = [...readme.matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)].map(([, ...row]) => row)
  const catalog = [...source.matchAll(/^ {2}(\w+): \{\n {4}status: (\d{3}),/gm)]
  expect(catalog.length).toBeGreaterThan(20)
  expect(listed).toEqual(catalog.map(([, ...row]) => row))
})
