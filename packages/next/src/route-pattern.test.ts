import { ConfigurationError } from '@trefoil/core'
import { describe, expect, it } from 'vitest'
import { readRequestPath } from './request-path.ts'
import { compilePattern } from './route-pattern.ts'

function matches(pattern: string, path: string, ignoreCase = false): boolean | undefined {
  const read = readRequestPath(path)
  return read && compilePattern(pattern, { ignoreCase })(read)
}

describe('a pattern', () => {
  it.each([
    ['/', '/', true],
    ['/', '/a', false],
    ['/reports', '/reports', true],
    ['/reports', '/reports/', true],
    ['/reports', '//reports', true],
    ['/reports', '/reports/1', false],
    ['/reports', '/reportsX', false],
    ['/reports', '/report', false],
    ['/team/:id', '/team/1', true],
    ['/team/:id', '/team', false],
    ['/team/:id', '/team/1/2', false],
    ['/team/:id/edit', '/team/1/edit', true],
    ['/dashboard/:path*', '/dashboard', true],
    ['/dashboard/:path*', '/dashboard/a/b', true],
    ['/dashboard/:path*', '/dashboards', false],
    ['/dashboard/:path+', '/dashboard', false],
    ['/dashboard/:path+', '/dashboard/a', true],
    ['/:path*', '/', true],
    ['/:path*', '/any/thing', true],
  ])('%s against %s: %s', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected)
  })

  it.each(['/%72eports', '/report%73', '/reports%2f', '/reports%5c', '/reports.rsc'])(
    'sees what the router sees: %s',
    (path) => {
      expect(matches('/reports', path)).toBe(true)
    },
  )

  it.each(['/reports.segments/_tree.segment.rsc', '/reports.prefetch.rsc', '/reports.action'])(
    'GU-02 knows the data of a page for the page: %s',
    (path) => {
      expect(matches('/reports', path)).toBe(true)
    },
  )

  it('decodes once', () => {
    expect(matches('/reports', '/%2572eports')).toBe(false)
  })

  it('is of the same letters, unless it guards', () => {
    expect([matches('/a', '/A'), matches('/a', '/A', true)]).toEqual([false, true])
  })

  it.each(['/%', '/%zz', '/%ff', '/a/%2e%2e/b', '/a%2f..%2fb', '/a/%2E', '/a%5c..%5cb'])(
    'has nothing to do with a path that is no text or hides dots: %s',
    (path) => {
      expect(readRequestPath(path)).toBeUndefined()
    },
  )

  it.each(['reports', '', '/a/:rest*/b', '/a(b)', '/a*', '/:', '/a?', '/[id]', '/a|b'])(
    'is refused when it means nothing here: %j',
    (pattern) => {
      expect(() => compilePattern(pattern, { ignoreCase: true })).toThrow(ConfigurationError)
    },
  )
})
