import { loadNuxt } from '@nuxt/kit'
import { expect, it } from 'vitest'
import { fixture } from './fixtures.ts'

it.each(['3.21.10', '4.0.0', '4.4.6', '4.5.0', '5.0.0'])(
  'GU-21 stops with Nuxt %s, instead of being left out and every page open',
  { timeout: 60_000 },
  async (release) => {
    const nuxt = await loadNuxt({ cwd: fixture('app'), ready: false })
    // oxlint-disable-next-line eslint/no-underscore-dangle -- Nuxt's own name
    nuxt._version = release
    try {
      await expect(nuxt.ready()).rejects.toThrow(`nuxt must be ^4.5.1, and is ${release}`)
    } finally {
      await nuxt.close()
    }
  },
)
