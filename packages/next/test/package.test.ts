import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const manifest: {
  peerDependencies: Record<string, string>
  exports: { '.': Record<string, string> }
} = JSON.parse(read('../package.json'))

it('GU-21 takes no version of Next whose middleware could be bypassed by a header', () => {
  const ranges = manifest.peerDependencies['next']?.split(' || ') ?? []
  expect(ranges.length).toBeGreaterThan(0)
  for (const range of ranges) {
    const [major = 0, minor = 0] = range.replace('^', '').split('.').map(Number)
    // CVE-2025-29927 was mended in 15.2.3.
    expect(major * 100 + minor).toBeGreaterThanOrEqual(1505)
  }
})

it('CF-04 gives a browser the entry that fails, before any other could be taken', () => {
  expect(Object.keys(manifest.exports['.'])).toEqual([
    'types',
    'react-server',
    'edge-light',
    'browser',
    'default',
  ])
  expect(read('../dist/browser.js')).toMatch(/import ["']server-only["']/)
  expect(read('../dist/server.js')).toMatch(/import ["']server-only["']/)
})

it('has a client half that is open to server components: "use client" stays where it is needed', () => {
  const code = read('../dist/client.js')
  expect(code).not.toContain('use client')
  expect(code).toMatch(/from ["']@trefoil\/react["']/)
  expect(code).not.toMatch(/@trefoil\/core/)
  const react = readdirSync(new URL('../../react/dist', import.meta.url))
  const marked = react.filter(
    (name) => name.endsWith('.js') && read(`../../react/dist/${name}`).startsWith('"use client"'),
  )
  expect(marked).toEqual(expect.arrayContaining(['session-provider.js', 'auth-links.js']))
})
