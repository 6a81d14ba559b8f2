// Before all tests: builds the applications that they serve, unless nothing has changed since.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { isOutdated } from '@trefoil/contract/fixtures'
import { fixture } from './fixtures.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)

/** Builds what is there once for all test files. */
export async function setup(): Promise<void> {
  if (!existsSync(join(root, 'dist/module.mjs'))) {
    throw new Error(
      'The build is missing: run "pnpm turbo run build --filter @trefoil/nuxt" first.',
    )
  }
  await build('app')
  await build('protected')
  await build('spa')
  await build('edge')
}

async function build(name: string): Promise<void> {
  const folder = fixture(name)
  const sources = [folder, join(root, 'dist'), join(root, '../core/dist')]
  if (!isOutdated(join(folder, '.output/nitro.json'), sources)) return
  await run(process.execPath, [join(root, 'node_modules/nuxt/bin/nuxt.mjs'), 'build', folder], {
    // Nothing of this environment may be built in, which would stand in for what is read at run time.
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', NUXT_TELEMETRY_DISABLED: '1' },
  })
}
