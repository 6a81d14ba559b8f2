import { describe, expect, it } from 'vitest'
import { readOptions } from '../src/options.ts'

describe('the command line', () => {
  it('asks for everything, from a registry, when it says nothing', () => {
    expect(readOptions([])).toEqual({ only: [], quick: false, fromTarballs: false, keep: false })
  })

  it('takes what pnpm hands on', () => {
    expect(
      readOptions(['--', '--only', 'express,next-16', '--quick', '--from-tarballs', '--keep']),
    ).toEqual({
      only: ['express', 'next-16'],
      quick: true,
      fromTarballs: true,
      keep: true,
    })
  })

  it('refuses what it does not know', () => {
    expect(() => readOptions(['--quickly'])).toThrow('--quickly')
  })

  it('gives help', () => {
    expect(readOptions(['--help'])).toBe('help')
  })
})
