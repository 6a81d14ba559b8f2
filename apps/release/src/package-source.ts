import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root } from '../../runner/src/command.mjs'
import { listPublicPackages, pack, readManifest } from '../../runner/src/tarball.mjs'

/** Where the consumers get our packages from. */
export interface PackageSource {
  /** The names of all that there are. */
  readonly names: readonly string[]
  /** Whether the registry knows them, so that a range of versions will do. */
  readonly hasRanges: boolean
  /** What stands in the `dependencies` of somebody who uses this package. */
  specify(name: string): Readonly<Record<string, string>>
  /** Lines of the consumer's `.npmrc`. */
  readonly npmrc: string
  /** The checkout that they were built in, whose specs and demos go with them. */
  readonly checkout: string
  /** What is left running for it. */
  readonly stop: () => Promise<void>
}

/** Packs what is built in this checkout: these packages and those of ours that they need. */
export async function packHere(folder: string, wanted: readonly string[]): Promise<PackageSource> {
  const files = new Map<string, string>()
  const needs = new Map<string, readonly string[]>()
  for (const source of findFolders(wanted)) {
    const target = join(folder, basename(source))
    mkdirSync(target, { recursive: true })
    // oxlint-disable-next-line no-await-in-loop -- two at a time are no faster on two cores
    const { file, manifest } = await pack(source, target)
    files.set(manifest.name, file)
    needs.set(manifest.name, Object.keys(manifest.dependencies ?? {}))
  }
  const specify = (name: string): Record<string, string> => {
    const file = files.get(name)
    if (file === undefined) return {}
    // npm would look for the others in the registry, where they are not yet.
    const others = (needs.get(name) ?? []).map(specify)
    return Object.assign({}, ...others, { [name]: `file:${file}` })
  }
  return {
    names: [...files.keys()],
    specify,
    hasRanges: false,
    npmrc: '',
    checkout: root,
    stop: async () => {},
  }
}

function findFolders(wanted: readonly string[]): Set<string> {
  const folders = new Map(listPublicPackages().map((path) => [readManifest(path).name, path]))
  const found = new Set<string>()
  const queue = [...wanted]
  for (const name of queue) {
    const path = folders.get(name)
    if (path === undefined || found.has(path)) continue
    found.add(path)
    queue.push(...Object.keys(readManifest(path).dependencies ?? {}))
  }
  return found
}

/** What a registry serves, in the versions of a checkout. */
export function takeFrom(
  registry: string,
  packages: readonly string[],
): Omit<PackageSource, 'checkout' | 'stop'> {
  const versions = new Map(packages.map(readManifest).map(({ name, version }) => [name, version]))
  return {
    names: [...versions.keys()],
    hasRanges: true,
    specify: (name) => {
      const version = versions.get(name)
      if (version === undefined) return {}
      // Only the scope goes to our registry, and it has nothing of others.
      const file = `${registry}${name}/-/${name}-${version}.tgz`
      return { [name]: name.startsWith('@trefoil/') ? version : file }
    },
    npmrc: `@trefoil:registry=${registry}\n`,
  }
}
