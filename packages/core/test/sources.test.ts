import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const folder = new URL('../src/', import.meta.url)
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))

const naming = (pattern: RegExp): string[] =>
  sources.filter(({ text }) => pattern.test(text)).map(({ name }) => name)

it('stands on Web APIs; the one file for Node is behind the conditional import', () => {
  expect(sources.length).toBeGreaterThan(40)
  expect(naming(/from 'node:/)).toEqual(['seal-node.ts'])
  expect(naming(/from '\.\/seal-(node|web)\.ts'/)).toEqual([])
})

it('CF-11 makes no key pair in a way that can lock a process up', () => {
  expect(naming(/generateKeyPairSync/)).toEqual([])
})

it('CF-05 imports two packages and no other', () => {
  const imported = sources.flatMap(({ text }) =>
    [...text.matchAll(/from '([^.#'][^']*)'/g)].map(([, name = '']) => name.split('/')[0]),
  )
  expect(new Set(imported)).toEqual(new Set(['jose', 'node:crypto', 'oauth4webapi']))
})

it('SE-27 keeps nothing about a request or a user in a module', () => {
  expect(naming(/^(export )?(let|var) /m)).toEqual([])
  const held =
    /^(export )?const \w+(: Record<.*|(: [^=]+)? = (new (Map|Set|WeakMap)\b|createCache))/m
  // The texts of errors, and the statuses without a body.
  expect(naming(held)).toEqual(['errors.ts', 'internal/http.ts'])
})
