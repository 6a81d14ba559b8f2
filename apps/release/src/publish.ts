import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../runner/src/command.mjs'
import { readManifest } from '../../runner/src/tarball.mjs'
import { type PackageSource, takeFrom } from './package-source.ts'
import { runToEnd } from './processes.ts'
import { startRegistry } from './registry.ts'

/**
 * Does in a clone what a release does: versions, builds and publishes every public package, to a
 * registry on loopback. What is not committed is not in it, and what is not needed is not built; turbo
 * takes names and globs.
 */
export async function publishToLoopback(
  folder: string,
  needed: readonly string[],
  print: (line: string) => void,
): Promise<PackageSource> {
  const clone = join(folder, 'clone')
  const status = await runToEnd(['git', 'status', '--porcelain'], { cwd: root })
  if (status !== '') print('What is not committed is not looked at.')
  await runToEnd(['git', 'clone', '--quiet', '--local', root, clone], { cwd: folder })
  const registry = await startRegistry(join(folder, 'registry'))
  try {
    print('installs, versions and builds a clone …')
    await prepare(clone, needed)
    print(`publishes to ${registry.url} …`)
    await publish(clone, registry.userConfig)
  } catch (error) {
    await registry.stop()
    throw error
  }
  return { ...takeFrom(registry.url, listPublic(clone)), checkout: clone, stop: registry.stop }
}

async function prepare(clone: string, needed: readonly string[]): Promise<void> {
  const place = { cwd: clone }
  const install = ['--frozen-lockfile', '--prefer-offline', '--ignore-scripts', '--silent']
  await runToEnd(['pnpm', 'install', ...install], place)
  await runToEnd(['pnpm', 'exec', 'changeset', 'version'], place)
  const build = [...needed.map((name) => `--filter=${name}`), '--output-logs=errors-only']
  await runToEnd(['pnpm', 'exec', 'turbo', 'run', 'build', ...build], place)
}

async function publish(clone: string, userConfig: string): Promise<void> {
  const env = { ...process.env, NPM_CONFIG_USERCONFIG: userConfig }
  for (const name of Object.keys(env)) {
    // What runs this hands on its own registry.
    if (/^p?npm_config_(registry|provenance)$/i.test(name)) Reflect.deleteProperty(env, name)
  }
  await runToEnd(['pnpm', 'exec', 'changeset', 'publish', '--no-git-tag'], { cwd: clone, env })
}

function listPublic(clone: string): string[] {
  const packages = join(clone, 'packages')
  return readdirSync(packages)
    .map((name) => join(packages, name))
    .filter((path) => !readManifest(path).private)
}
