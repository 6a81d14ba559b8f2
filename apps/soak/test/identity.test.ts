import { createServer } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { startApp } from '../src/app.ts'
import { type IdentityResult, type Place, runIdentity } from '../src/identity-run.ts'
import { listen } from '../src/listen.ts'
import { startProvider } from '../src/provider.ts'
import { startSite } from '../src/site.ts'
import { useRedis } from './use-redis.ts'

const scale = { users: 20, requests: 1000, parallel: 25, seed: 7 }

describe('an identity soak', () => {
  const redis = useRedis()
  const closing: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0)) {
      // oxlint-disable-next-line no-await-in-loop -- the apps before their provider
      await close()
    }
  })

  async function startOne(store: 'cookie' | 'memory'): Promise<Place> {
    const provider = await startProvider()
    const { issuer, clientId } = provider
    const app = await startApp({ issuer, clientId, store })
    closing.push(app.close, provider.stop)
    return {
      provider,
      apps: [app],
      async shift(milliseconds) {
        provider.shift(milliseconds)
        await app.shift(milliseconds)
      },
    }
  }

  function check(result: IdentityResult): void {
    expect(result.mixUps).toEqual([])
    // It was a soak: people were told who they are, and all of the actions and some faults happened.
    expect(result.told).toBeGreaterThan(scale.requests / 2)
    expect(Object.values(result.actions).every((count) => count > 0)).toBe(true)
    expect(result.faults).toBeGreaterThan(0)
    // 500 would be a crash; 502 and 503 are the provider's faults.
    expect(Object.keys(result.statuses)).not.toContain('500')
  }

  it.each(['cookie', 'memory'] as const)(
    'LD-01 SE-27 never answers with data of another user, with sessions in %s',
    async (store) => {
      check(await runIdentity(await startOne(store), scale))
    },
  )

  it('sees a mix-up where there is one', async () => {
    const place = await startOne('cookie')
    const server = createServer((_request, response) => response.end('{"user":"kp_1"}'))
    const url = `http://127.0.0.1:${await listen(server)}`
    closing.unshift(async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })
    const [app] = place.apps
    if (!app) throw new Error('There is no app.')
    const result = await runIdentity(
      { ...place, apps: [{ ...app, url }] },
      { ...scale, requests: 50 },
    )
    expect(result.mixUps.length).toBeGreaterThan(0)
  })

  it('LD-01 SE-27 never answers with data of another user, in two processes over Redis', async (context) => {
    const site = await startSite(2, { store: 'redis', redisUrl: redis.url(context) })
    closing.push(site.close)
    check(await runIdentity(site, scale))
  })
})
