import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { packDemos } from '../build/pack-demos.ts'

/** The root of the repository. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url))

/** Packs the demos for the tests of a file, and gives each test folders of its own. */
export function useDemos(): { readonly demos: string; makeFolder(): string } {
  const place = mkdtempSync(join(tmpdir(), 'create-trefoil-'))
  const demos = join(place, 'demos')
  // At once, so that the tests of a file can be listed by the demos.
  packDemos(root, demos)
  afterAll(() => rmSync(place, { recursive: true }))
  return { demos, makeFolder: () => mkdtempSync(join(place, 'folder-')) }
}
