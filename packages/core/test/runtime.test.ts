import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { EdgeVM } from '@edge-runtime/vm'
import { type OutputChunk, rolldown } from 'rolldown'
import { beforeAll, describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }

const run = promisify(execFile)
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const entries = ['.', './backend', './frontend', './machine', './bearer'] as const
const runtimes = {
  'Cloudflare Workers': ['workerd', 'worker'],
  'Vercel Edge': ['edge-light'],
  browsers: ['browser'],
  'a runtime without a name of its own': [],
}

/** What an import resolves to under the conditions of a runtime, in one piece. */
async function bundle(input: string, conditions: readonly string[]): Promise<OutputChunk> {
  const build = await rolldown({
    input,
    platform: 'neutral',
    resolve: { conditionNames: [...conditions, 'import', 'default'] },
    external: /^node:/,
    logLevel: 'silent',
  })
  const { output } = await build.generate({ format: 'iife', name: 'bundle', exports: 'named' })
  await build.close()
  return output[0]
}

interface Smoke {
  readonly cookie: string
  readonly foreign: string | null
}

async function smokeOnNode(cookie: string): Promise<Smoke> {
  const { stdout } = await run(process.execPath, [at('runtime/node.mjs'), cookie])
  return JSON.parse(stdout)
}

async function smokeOnEdge(cookie: string): Promise<Smoke> {
  const { code } = await bundle(at('runtime/smoke.mjs'), runtimes['Vercel Edge'])
  const vm = new EdgeVM({ initialCode: code })
  const call = `bundle.smoke(${JSON.stringify(cookie)}).then(JSON.stringify)`
  return JSON.parse(await vm.evaluate<Promise<string>>(call))
}

describe('CF-06 what was built', () => {
  beforeAll(() => {
    const missing = entries.filter(
      (entry) => !existsSync(at(`../${manifest.exports[entry].default}`)),
    )
    if (missing.length > 0) {
      throw new Error(
        `The build of ${missing.join(', ')} is missing: run "pnpm --filter @trefoil/core build" first.`,
      )
    }
  })

  const passed = {
    cookie: expect.stringContaining('__Host-trefoil.session='),
    user: 'kp_1',
    isAllowed: true,
    stores: ['kp_1', 'kp_1'],
    machineTokenParts: 3,
    caller: 'kp_1',
  }

  it(
    'works on Node and on an edge runtime, and each opens what the other sealed',
    { timeout: 60_000 },
    async () => {
      const node = await smokeOnNode('')
      expect(node).toEqual({ ...passed, foreign: null })
      const edge = await smokeOnEdge(node.cookie)
      expect(edge).toEqual({ ...passed, foreign: 'kp_1' })
      expect(await smokeOnNode(edge.cookie)).toEqual({ ...passed, foreign: 'kp_1' })
    },
  )

  describe.each(Object.entries(runtimes))('as %s resolve it', (_name, conditions) => {
    it.each(entries)('%s imports nothing of Node', async (entry) => {
      const { code, imports, moduleIds } = await bundle(
        at(`../${manifest.exports[entry].default}`),
        conditions,
      )
      expect(imports).toEqual([])
      expect(code).not.toMatch(/["'`]node:/)
      expect(moduleIds.filter((id) => id.includes('seal-node'))).toEqual([])
    })
  })

  it('has one import of Node, on Node', async () => {
    const path = manifest.exports['./backend'].default
    const { imports, moduleIds } = await bundle(at(`../${path}`), ['node'])
    expect(imports).toEqual(['node:crypto'])
    expect(moduleIds.filter((id) => id.includes('seal-node'))).toHaveLength(1)
  })

  it('CF-04 MM-08 ./frontend, ./machine and ./bearer bring nothing of the back-end along', async () => {
    // Of cookies, pages and routes: built files share pieces, so their names do not tell.
    const traces = ['__Host-', 'form-action', 'sec-fetch-site', 'backchannel-logout']
    const find = async (entry: (typeof entries)[number]): Promise<string[]> => {
      const { code } = await bundle(at(`../${manifest.exports[entry].default}`), ['browser'])
      return traces.filter((trace) => code.includes(trace))
    }
    expect(await find('./backend')).toEqual(traces)
    for (const entry of ['./frontend', './machine', './bearer'] as const) {
      expect(await find(entry)).toEqual([])
    }
  })
})
