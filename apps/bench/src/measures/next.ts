import { gzipSync } from 'node:zlib'
import { createBrowser, send } from '../harness/browser.ts'
import { createLoad, type Load, type Shot } from '../harness/load.ts'
import type { Bench, Measure, Row } from '../harness/measure.ts'
import { buildNextApp, type NextApp, startNextApp } from '../harness/next-app.ts'
import { interleave, median, spread } from '../harness/statistics.ts'
import { firstLine, microseconds } from './compare.ts'

/**
 * What a signed-in page of Next.js costs beside the same page that believes a cookie with the user's id: past
 * the proxy, and through a proxy that does nothing. One process serves all three, and all are sent the same.
 */
export const next: Measure = {
  name: 'next',
  async run(bench) {
    bench.say('Next.js: building')
    try {
      buildNextApp()
      const app = await startNextApp(bench.setup)
      try {
        await bench.provider.configure({ size: 3000, lifetime: 3600 })
        const headers = await signIn(app.origin)
        return [
          ...(await measurePages(app, headers, bench)),
          ...(await measureScripts(app.origin, headers)),
        ]
      } finally {
        await app.stop()
      }
    } catch (error) {
      return [{ work: pageWork, who: 'trefoil', figure: `failed: ${firstLine(error)}` }]
    }
  },
}

const pageWork = 'Next.js: CPU of a page with a session of 3 kB of tokens'
const scriptWork = 'Next.js: scripts of a page, gzip'

async function signIn(origin: string): Promise<Shot['headers']> {
  const browser = createBrowser()
  const { status, body } = await browser.go(`${origin}/auth/login?returnTo=/session`)
  const [user] = /kp_\w+/.exec(body) ?? []
  if (status !== 200 || !user) throw new Error(`the login ended with ${status}`)
  return { cookie: `${browser.cookieHeader(origin)}; user=${user}` }
}

interface Lane {
  readonly path: string
  readonly who: string
  readonly load: Load
  readonly shots: readonly Shot[]
}

async function measurePages(
  app: NextApp,
  headers: Shot['headers'],
  { isQuick }: Bench,
): Promise<Row[]> {
  const [rounds, requests] = isQuick ? [5, 300] : [15, 1000]
  const lane = (path: string, who: string): Lane => ({
    path,
    who,
    load: createLoad(new URL(path, app.origin), (body) => body.includes('<p>kp_')),
    shots: [{ headers, user: null }],
  })
  const bare = lane('/bare', 'past the proxy, no session')
  const empty = lane('/empty', 'a proxy that does nothing, no session')
  const guarded = lane('/session', 'trefoil')
  const lanes = [bare, empty, guarded]
  try {
    for (const { load, shots } of lanes) await load.send(shots, requests)
    const samples = await interleave(lanes, rounds, async ({ load, shots }) => {
      const before = await app.cpu()
      await load.send(shots, requests)
      return ((await app.cpu()) - before) / requests
    })
    const base = samples.get(empty) ?? []
    return lanes.map((subject) => {
      const values = samples.get(subject) ?? []
      const value = median(values.map((time, round) => time / (base[round] ?? Number.NaN)))
      return {
        work: pageWork,
        who: subject.who,
        figure: microseconds(values),
        ratio: { to: 'a proxy that does nothing', value },
        ...(subject === guarded && { goal: 'a few percent', isMet: value <= 1.05 }),
        details: { spread: spread(values), samples: values },
      }
    })
  } finally {
    for (const { load } of lanes) load.close()
  }
}

async function measureScripts(origin: string, headers: Shot['headers']): Promise<Row[]> {
  const bare = await weighScripts(origin, '/bare', headers)
  const client = await weighScripts(origin, '/client', headers)
  return [
    { work: scriptWork, who: 'without', figure: `${kilobytes(bare)} kB` },
    {
      work: scriptWork,
      who: 'trefoil: provider, hooks, a link',
      figure: `${kilobytes(client - bare)} kB more`,
    },
  ]
}

async function weighScripts(
  origin: string,
  path: string,
  headers: Shot['headers'],
): Promise<number> {
  const { body } = await send(new URL(path, origin), headers)
  const sources = [...body.matchAll(/<script[^>]* src="([^"]+)"/g)].map(([, source = '']) => source)
  let bytes = 0
  for (const source of new Set(sources)) {
    bytes += gzipSync((await send(new URL(source, origin), {})).body).length
  }
  return bytes
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1)
}
