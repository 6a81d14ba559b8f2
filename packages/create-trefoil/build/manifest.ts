import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What of a `package.json` is read here. */
export interface Manifest {
  readonly engines: { readonly node: string }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** Reads the `package.json` of a folder. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

/** Writes a demo's `package.json` with ranges that every package manager understands. */
export function writeManifest(source: string, target: string): void {
  const manifest = readManifest(source)
  const plain = {
    ...manifest,
    dependencies: resolveRanges(manifest.dependencies, source),
    devDependencies: resolveRanges(manifest.devDependencies, source),
  }
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(plain, null, 2)}\n`)
}

function resolveRanges(
  ranges: Readonly<Record<string, string>> = {},
  source: string,
): Record<string, string> {
  const entries = Object.entries(ranges)
  return Object.fromEntries(entries.map(([name, range]) => [name, resolve(name, range, source)]))
}

// What is installed is what the tests ran with.
function resolve(name: string, range: string, source: string): string {
  if (!/^(workspace|catalog):/.test(range)) return range
  const file = join(source, 'node_modules', name, 'package.json')
  const { version }: { version: string } = JSON.parse(readFileSync(file, 'utf8'))
  const [, mark = ''] = /^workspace:([\^~]?)/.exec(range) ?? []
  return `${mark}${version}`
}
