import { expect, it } from 'vitest'
import { toIssuerUrl } from './server.ts'

it.each([
  ['localhost', 4500, 'http://localhost:4500'],
  ['localhost', 80, 'http://localhost'],
  ['::1', 4500, 'http://[::1]:4500'],
  ['::1', 80, 'http://[::1]'],
])('makes of %s and %i the URL %s', (host, port, url) => {
  expect(toIssuerUrl(host, port)).toBe(url)
})
