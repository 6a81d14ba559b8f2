import { runProviderBodies, runRequestBodies } from '../bodies-run.ts'
import { atMost, type Check, exactly } from '../check.ts'
import { runKeys } from '../keys-run.ts'
import { countHandles, findSlope, runMemory } from '../memory-run.ts'
import { pick, startSite } from '../site.ts'

const scale = { warmUp: 10_000, signIns: 15_000, parallel: 16, every: 1000 }

/** 15,000 sign-ins with 5 % hostile requests, then large bodies, then keys that rotate. */
export async function measureMemory(): Promise<Check[]> {
  return [...(await measureHeap()), ...(await measureBodies())]
}

// A deny list in memory would fill up for longer than this takes, though it is bounded as well.
async function measureHeap(): Promise<Check[]> {
  const site = await startSite(1)
  const run = await runMemory(pick(site.apps, 0), scale)
  await site.close()
  const { before, after, unexpected, hostile, heap, milliseconds } = run
  const rate = Math.round(((scale.warmUp + scale.signIns) / milliseconds) * 1000)
  const what = `${rate} a second, ${hostile} hostile requests`
  return [
    atMost(`growth of the heap by 10,000 sign-ins (${what})`, findSlope(heap) / 1e6, 1, 'MB'),
    exactly('answers that were not as they must be', unexpected.length, 0),
    atMost('handles more than before', countHandles(after) - countHandles(before), 0),
    exactly('unhandled rejections', after.unhandled.length, 0),
  ]
}

async function measureBodies(): Promise<Check[]> {
  const site = await startSite(1, { denyList: 'memory' })
  const app = pick(site.apps, 0)
  // A process that has served for a while has the memory that serving takes.
  await runMemory(app, { warmUp: 0, signIns: 1000, parallel: 16, every: 1000 })
  const bodies = await runRequestBodies(app, 100)
  const floods = await runProviderBodies(app, site.provider, 100)
  await site.shift(5000)
  const keys = await runKeys(app, site.provider, { rotations: 30, parallel: 300 })
  await site.close()
  return [
    atMost('growth of the memory by 100 requests of 1 MB at once', bodies.growth / 1e6, 50, 'MB'),
    // Each is cut at 1 MiB; what they hold together is bounded by how many there may be.
    atMost('growth by 100 endless answers of the provider', floods.growth / 1e6, 110, 'MB'),
    exactly(`good tokens refused of ${keys.requests} while keys rotate`, keys.refused, 0),
  ]
}
