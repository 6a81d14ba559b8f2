import { createTestContext, loadFixture, setTestContext } from '@nuxt/test-utils/e2e'
import type { Nuxt } from '@nuxt/schema'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { fixture } from './fixtures.ts'

let loaded: Nuxt | undefined
afterEach(async () => {
  await loaded?.close()
  loaded = undefined
  vi.unstubAllEnvs()
})

/** A configuration as somebody may write it, wrong options included. */
interface Written {
  readonly trefoil?: object
  readonly telemetry?: boolean
}

/** Loads a fixture up to where its modules are set up. */
async function load(nuxtConfig: Written, name = 'app'): Promise<Nuxt> {
  const context = createTestContext({ rootDir: fixture(name), nuxtConfig, dev: false })
  await loadFixture()
  loaded = context.nuxt
  setTestContext(undefined)
  if (!loaded) throw new Error('Nuxt was not loaded.')
  return loaded
}

const whyNot = async (config: Written, name?: string): Promise<string> => {
  const error: unknown = await load(config, name).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return error instanceof Error ? error.message : 'It was loaded.'
}

describe('the module', { timeout: 60_000 }, () => {
  it('names every option that is unknown or wrong, all at once', async () => {
    const wrong = {
      basPath: '/login',
      timeout: 'soon',
      protect: 'yes',
      session: { idelTimeout: 1 },
      flow: 'implicit',
    }
    const message = await whyNot({ trefoil: wrong })
    for (const name of ['basPath', 'timeout', 'protect', 'idelTimeout', 'flow']) {
      expect(message).toContain(name)
    }
  })

  it.each([
    [{ timeout: 5 }, 'timeout must be a number from 500'],
    [{ basePath: 'auth' }, 'basePath must be a path'],
    [{ secret: 'short' }, 'too short'],
    [{ siteUrl: 'ftp://x' }, 'siteUrl'],
    [{ session: { idleTimeout: 0 } }, 'session.idleTimeout'],
    [{ browser: { storage: 'tab' } }, 'ssr: false'],
    [{ flow: 'frontend' }, 'set ssr: false'],
  ])('refuses %j as the core does', async (trefoil, text) => {
    expect(await whyNot({ trefoil })).toContain(text)
  })

  it('refuses a secret in an app that keeps none, and says which application is meant', async () => {
    const config = { trefoil: { clientSecret: 'x'.repeat(20) } }
    expect(await whyNot(config, 'spa')).toContain('Back-end web')
  })

  it('keeps secrets in the private half of the runtime config', async () => {
    const secret = 'a-secret-of-more-than-32-characters-for-this'
    const trefoil = { secret, clientSecret: 'client-secret-1234' }
    const { options } = await load({ trefoil })
    expect(JSON.stringify(options.runtimeConfig.public)).not.toMatch(/a-secret|client-secret/)
    expect(options.runtimeConfig['trefoil']).toMatchObject(trefoil)
  })

  it.each(['kinde', 'oidc'])(
    'tells a browser the preset of the environment: %s',
    async (preset) => {
      vi.stubEnv('TREFOIL_PRESET', preset)
      const { options } = await load({}, 'spa')
      expect(options.runtimeConfig.public['trefoil']).toMatchObject({ frontend: { preset } })
    },
  )

  it('refuses a preset of the environment that there is not', async () => {
    vi.stubEnv('TREFOIL_PRESET', 'auth0')
    expect(await whyNot({}, 'spa')).toContain('preset (TREFOIL_PRESET) "auth0" is not known')
  })

  it('is set up in less than a second', async () => {
    const { options } = await load({})
    // oxlint-disable-next-line eslint/no-underscore-dangle -- Nuxt's own name
    const own = options._installedModules.find(({ meta }) => meta?.name === '@trefoil/nuxt')
    const times = Object.values(own?.timings ?? {}).map(Number)
    expect(times.length).toBeGreaterThan(0)
    expect(Math.max(...times)).toBeLessThan(1000)
  })
})
