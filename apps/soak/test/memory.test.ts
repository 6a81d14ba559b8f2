import { describe, expect, it } from 'vitest'
import { runProviderBodies, runRequestBodies } from '../src/bodies-run.ts'
import { countHandles, findSlope, runMemory } from '../src/memory-run.ts'
import { pick, startSite } from '../src/site.ts'
import { useSite } from './use-site.ts'

describe('a memory soak', () => {
  const site = useSite(async () => startSite(1, { denyList: 'memory' }))

  it('leaves no handle and no rejection behind, and answers hostile requests as it must', async () => {
    const scale = { warmUp: 50, signIns: 200, parallel: 16, every: 50 }
    const { before, after, unexpected, hostile, heap } = await runMemory(
      pick(site().apps, 0),
      scale,
    )
    expect(unexpected).toEqual([])
    expect(hostile).toBeGreaterThan(50)
    expect(after.unhandled).toEqual([])
    expect(after.handles).toEqual(before.handles)
    expect(countHandles(after)).toBeGreaterThan(0)
    expect(heap).toHaveLength(4)
  })

  it('LD-10 refuses many large bodies at once and serves on', async () => {
    const [app] = site().apps
    if (!app) throw new Error('There is no app.')
    const requests = await runRequestBodies(app, 20)
    expect(requests.statuses).toEqual([413])
    const answers = await runProviderBodies(app, site().provider, 20)
    expect(answers.statuses).toEqual([502])
    expect((await fetch(`${app.url}/public`)).status).toBe(200)
    expect((await app.measure()).unhandled).toEqual([])
  })

  it('knows a heap that grows from one that does not', () => {
    const looks = (slope: number): Parameters<typeof findSlope>[0] =>
      [1000, 2000, 3000].map((signIns) => ({ signIns, bytes: 5e6 + slope * signIns }))
    expect(findSlope(looks(0))).toBe(0)
    expect(findSlope(looks(200))).toBeCloseTo(2e6)
  })
})
