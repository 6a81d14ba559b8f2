import type { Bench, Measure, Row } from '../harness/measure.ts'
import { interleave, median, medianRatio } from '../harness/statistics.ts'
import { startWorker, type Worker } from '../harness/worker-client.ts'
import { findContenders, firstLine, microseconds } from './compare.ts'

/** Tokens for the application itself: many calls at once, warm calls, and near a token's end. */
export const clientCredentials: Measure = {
  name: 'client-credentials',
  async run(bench) {
    await bench.provider.configure({ size: 0, ahead: 0, lifetime: 3600 })
    const names = await findContenders(bench, ({ machine }) => machine !== undefined)
    bench.say(`client credentials: ${names.join(', ')}`)
    const cold = await measureCold(names, bench)
    const warm = await measureWarm(names, bench)
    const ending: Row[] = []
    for (const name of names) ending.push(await countNearEnd(name, bench))
    await bench.provider.configure({ ahead: 0 })
    return [...cold, ...warm, ...ending]
  },
}

const calls = 1000
const limit = 'by-hand'

async function start(name: string, { setup }: Bench): Promise<Worker> {
  const worker = startWorker('app-process.ts')
  await worker.call('machine', { name, setup })
  return worker
}

async function measureCold(names: readonly string[], bench: Bench): Promise<Row[]> {
  const work = `client credentials: ${calls} calls at once, nothing cached`
  const requests = new Map<string, number>()
  const samples = await interleave(names, bench.isQuick ? 3 : 9, async (name) => {
    const worker = await start(name, bench)
    try {
      await bench.provider.reset()
      const wall = await worker.call<number>('callAtOnce', { count: calls })
      const { client_credentials: count = 0 } = await bench.provider.counts()
      requests.set(name, Math.max(count, requests.get(name) ?? 0))
      return wall
    } finally {
      await worker.stop()
    }
  })
  const reference = samples.get(limit) ?? []
  return names.map((name) => {
    const values = samples.get(name) ?? []
    const value = medianRatio(values, reference)
    const count = requests.get(name) ?? 0
    return {
      work,
      who: name,
      figure: `${count} token requests, ${Math.round(median(values))} ms`,
      ratio: { to: limit, value },
      ...(name === 'trefoil' && {
        goal: '1 request, at most 1.15x',
        isMet: count === 1 && value <= 1.15,
      }),
      details: { samples: values },
    }
  })
}

async function measureWarm(names: readonly string[], bench: Bench): Promise<Row[]> {
  const workers = new Map<string, Worker>()
  for (const name of names) {
    const worker = await start(name, bench)
    workers.set(name, worker)
    await worker.call('callInTurn', { count: 2000 })
  }
  const samples = await interleave(names, bench.isQuick ? 3 : 9, async (name) =>
    // A contender that signs or parses with each call takes a hundred times as long.
    (workers.get(name) ?? unknown(name)).call<number>('callInTurn', { count: 5000 }),
  )
  await Promise.all([...workers.values()].map(async (worker) => worker.stop()))
  return names.map((name) => {
    const values = samples.get(name) ?? []
    return {
      work: 'client credentials: CPU of a warm call',
      who: name,
      figure: microseconds(values),
      ...(name === 'trefoil' && { goal: 'at most 1 us', isMet: median(values) <= 1 }),
      details: { samples: values },
    }
  })
}

function unknown(name: string): never {
  throw new Error(`no worker for ${name}`)
}

// Five seconds before the end of an hour, for the contender and the provider alike.
const nearEnd = 3595

async function countNearEnd(name: string, bench: Bench): Promise<Row> {
  const work = `client credentials: token requests of ${calls} calls, 5 s before the end`
  const { provider } = bench
  await provider.configure({ ahead: 0 })
  const worker = await start(name, bench)
  try {
    await worker.call('callAtOnce', { count: 1 })
    await provider.configure({ ahead: nearEnd })
    await worker.call('moveClock', { seconds: nearEnd })
    await provider.reset()
    for (let burst = 0; burst < 10; burst++) {
      await worker.call('callAtOnce', { count: calls / 10 })
      // What is renewed in the background has landed by the next burst.
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const { client_credentials: count = 0 } = await provider.counts()
    const goal = name === 'trefoil' ? { goal: '1', isMet: count === 1 } : {}
    return { work, who: name, figure: String(count), ...goal }
  } catch (error) {
    return { work, who: name, figure: `failed: ${firstLine(error)}` }
  } finally {
    await worker.stop()
  }
}
