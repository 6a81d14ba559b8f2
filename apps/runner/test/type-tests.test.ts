import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listEntries } from '../src/install-check.mjs'
import { listPublicPackages, readManifest } from '../src/tarball.mjs'

// What they say is checked by `typecheck` of the package.
const missing = listPublicPackages().flatMap((folder) => {
  const manifest = readManifest(folder)
  const names = listEntries(manifest).map(
    (entry) => entry.slice(manifest.name.length + 1) || 'index',
  )
  return names
    .filter((name) =>
      ['ts', 'tsx'].every((end) => !existsSync(join(folder, `test/types/${name}.test-d.${end}`))),
    )
    .map((name) => `${basename(folder)}: test/types/${name}.test-d.ts`)
})

describe('the types of a package', () => {
  it('have a test for each entry point', () => {
    expect(missing).toEqual([])
  })
})
