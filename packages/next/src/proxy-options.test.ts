import { ConfigurationError } from '@trefoil/core'
import { describe, expect, it } from 'vitest'
import { compileRules, type ProxyOptions, type Rule } from './proxy-options.ts'
import { readRequestPath } from './request-path.ts'

function ruleOf(options: ProxyOptions, path: string): Rule | undefined {
  const read = readRequestPath(path)
  return read && compileRules(options)(read)
}

const guarded = expect.objectContaining({ requirement: {} })

describe('the rules of the proxy', () => {
  it('GU-08 guard everything that is not public when nothing else is said', () => {
    for (const options of [{}, { public: ['/', '/blog/:path*'] }]) {
      expect(ruleOf(options, '/new-page')).toEqual(guarded)
      expect(ruleOf(options, '/_next/data/build/new-page.json')).toEqual(guarded)
    }
    expect(ruleOf({ public: ['/'] }, '/')).toBe('public')
  })

  it('leave open what is in neither list', () => {
    const options = { protect: ['/dashboard/:path*'], public: ['/'] }
    expect(['/', '/dashboard', '/other'].map((path) => ruleOf(options, path))).toEqual([
      'public',
      guarded,
      'open',
    ])
  })

  it('GU-08 guard letters of either case, and free those alone that are named', () => {
    const options = { protect: ['/Dashboard'], public: ['/Blog'] }
    expect(ruleOf(options, '/dashBOARD')).toEqual(guarded)
    expect(ruleOf(options, '/blog')).toBe('open')
  })

  it('say what a path needs beside a session, the first of two', () => {
    const options = {
      protect: [{ path: '/reports', permissions: ['read:reports'] }, '/reports/:path*'],
    }
    expect(ruleOf(options, '/reports')).toMatchObject({
      requirement: { permissions: ['read:reports'] },
    })
    expect(ruleOf(options, '/reports/1')).toEqual(guarded)
  })

  it('leave what pages are made of alone, and nothing that only looks like it', () => {
    expect(ruleOf({}, '/_next/static/chunks/a.js')).toBe('asset')
    expect(ruleOf({}, '/_next/image')).toBe('asset')
    expect(ruleOf({}, '/x/_next/static/a.js')).toEqual(guarded)
    expect(ruleOf({}, '/_next/staticky')).toEqual(guarded)
  })

  it('are refused with options that mean nothing', () => {
    const misspelled = { public: [], protects: ['/a'] }
    expect(() => compileRules(misspelled)).toThrow(ConfigurationError)
    const unknown = { protect: [{ path: '/a', permission: 'x' }] }
    expect(() => compileRules(unknown)).toThrow(ConfigurationError)
  })
})
