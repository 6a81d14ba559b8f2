import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PackageSource } from './package-source.ts'
import { runToEnd } from './processes.ts'

/** What of a `package.json` matters here. */
export interface ConsumerManifest {
  readonly dependencies?: Readonly<Record<string, string>>
}

/**
 * Installs with plain npm in a folder what a `package.json` asks for, our packages from where they are.
 * No install script runs: none of ours needs one.
 */
export async function installPackages(
  folder: string,
  source: PackageSource,
  manifest: ConsumerManifest,
): Promise<void> {
  const wanted = Object.entries(manifest.dependencies ?? {})
  const dependencies = Object.assign(
    {},
    ...wanted.map(([name, range]) => {
      const isOurs = source.names.includes(name)
      const isEnough = source.hasRanges && range !== 'latest'
      return isOurs && !isEnough ? source.specify(name) : { [name]: range }
    }),
  )
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ ...manifest, dependencies }, null, 2),
  )
  writeFileSync(join(folder, '.npmrc'), source.npmrc)
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  await runToEnd(['npm', 'install', ...options], { cwd: folder })
}
