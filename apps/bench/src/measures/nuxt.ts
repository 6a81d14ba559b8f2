import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Measure, Row } from '../harness/measure.ts'
import { firstLine } from './compare.ts'

/** What the module adds to the scripts that a Nuxt application sends to a browser. */
export const nuxt: Measure = {
  name: 'nuxt',
  async run(bench) {
    try {
      bench.say('Nuxt: building without')
      const without = weighScripts(build('without'))
      bench.say('Nuxt: building with')
      const added = weighScripts(build('with')) - without
      return [row('without', without), row('trefoil: module, composables, a link, more', added)]
    } catch (error) {
      return [{ work, who: 'trefoil', figure: `failed: ${firstLine(error)}` }]
    }
  },
}

const work = 'Nuxt: scripts for the browser, gzip'
const program = fileURLToPath(
  import.meta.resolve('nuxt/package.json').replace('package.json', 'bin/nuxt.mjs'),
)

function row(who: string, bytes: number): Row {
  return { work, who, figure: `${(bytes / 1000).toFixed(1)} kB` }
}

function build(name: 'with' | 'without'): string {
  const cwd = fileURLToPath(new URL(`../../nuxt/${name}/`, import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [program, 'build'], {
    cwd,
    env: { ...process.env, NUXT_TELEMETRY_DISABLED: '1' },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`nuxt build ended with ${status}: ${stderr.slice(-500)}`)
  return join(cwd, '.output/public/_nuxt')
}

function weighScripts(folder: string): number {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.js'))
    .map((file) => gzipSync(readFileSync(join(folder, file))).length)
    .reduce((sum, bytes) => sum + bytes, 0)
}
