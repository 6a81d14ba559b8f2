import { createMemoryStore } from '@trefoil/core'
import { describe, expect, it, vi } from 'vitest'
import { shareApp } from './shared-state.ts'

describe('the apps of a process', () => {
  it('are one for the same options, however often a bundle makes them anew', () => {
    const make = () => ({ name: 'a', session: { store: createMemoryStore() }, onEvent: () => {} })
    expect(shareApp(make())).toBe(shareApp(make()))
  })

  it('GU-20 are one over all copies of this module: Next makes one a bundle, and one a hot reload', async () => {
    vi.resetModules()
    const copy = await import('./shared-state.ts')
    expect(copy.shareApp).not.toBe(shareApp)
    expect(copy.shareApp({ name: 'copies' })).toBe(shareApp({ name: 'copies' }))
  })

  it('SE-27 are several as soon as anything differs', () => {
    const base = { name: 'b', issuer: 'https://one.example', secret: ['x', 'y'] }
    const others = [
      { ...base, issuer: 'https://two.example' },
      { ...base, secret: ['y', 'x'] },
      { ...base, session: { store: createMemoryStore() } },
      { ...base, session: { idleTimeout: 60 } },
      { ...base, env: { KINDE_CLIENT_ID: 'other' } },
    ]
    const apps = [base, ...others].map((options) => shareApp(options))
    expect(new Set(apps).size).toBe(apps.length)
  })

  it('are no more than a thousand tenants', () => {
    const first = shareApp({ name: 'first-tenant' })
    for (let index = 0; index < 1000; index++) shareApp({ name: `tenant-${index}` })
    expect(shareApp({ name: 'first-tenant' })).not.toBe(first)
  })
})
