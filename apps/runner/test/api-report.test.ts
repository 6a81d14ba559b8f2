import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { checkReports, writeReports } from '../src/api-report.mjs'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const manifest = JSON.stringify({
  name: '@trefoil/bicycle',
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './bell': { types: './dist/bell.d.ts', default: './dist/bell.js' },
    './package.json': './package.json',
  },
})

const index = `import { t as Wheel$1, n as Bell } from './chunk.js'
/** Makes a bicycle. */
declare function createBicycle(wheel: Wheel$1): Bell
export { createBicycle }
`
const chunk = `/** How large a wheel is. */
interface Size { readonly inches: number }
/** What turns. */
interface Wheel$1 extends Size { readonly spokes: number }
/** What rings. */
interface Bell { ring(): void }
export { Wheel$1 as t, Bell as n }
`
const bell = `export { n as Bell } from './chunk.js'\n`

function makePackage(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-api-'))
  folders.push(folder)
  const all = { 'package.json': manifest, 'dist/index.d.ts': index, 'dist/chunk.d.ts': chunk }
  for (const [name, text] of Object.entries({ ...all, 'dist/bell.d.ts': bell, ...files })) {
    write(folder, name, text)
  }
  return folder
}

function write(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

describe('the API report', () => {
  it('has each export with its docstring, and what it is made of', () => {
    const folder = makePackage()

    expect(writeReports([folder])).toHaveLength(2)
    expect(readFileSync(join(folder, 'etc/index.api.md'), 'utf8')).toBe(`# \`@trefoil/bicycle\`

What this entry point offers. Written by \`pnpm api-report\` from the build; a test compares the two.

## createBicycle

\`\`\`ts
/** Makes a bicycle. */
function createBicycle(wheel: Wheel): Bell
\`\`\`

# From other entry points, as part of it

- \`Bell\` from \`@trefoil/bicycle/bell\`

# Not exported, but part of it

## Size

\`\`\`ts
/** How large a wheel is. */
interface Size { readonly inches: number }
\`\`\`

## Wheel

\`\`\`ts
/** What turns. */
interface Wheel extends Size { readonly spokes: number }
\`\`\`
`)
  })

  it('stays as it is while the surface does, wherever the bundler puts it', () => {
    const folder = makePackage()
    writeReports([folder])
    write(folder, 'dist/chunk.d.ts', chunk.replaceAll('Wheel$1', 'Wheel$2'))

    expect(writeReports([folder])).toEqual([])
    expect(checkReports(folder)).toEqual([])
  })

  it('is missed, and refused when a part that is not exported has changed', () => {
    const folder = makePackage()
    expect(checkReports(folder)).toEqual([
      expect.stringContaining('index.api.md: run `pnpm api-report`'),
      expect.stringContaining('bell.api.md: run `pnpm api-report`'),
    ])

    writeReports([folder])
    write(folder, 'dist/chunk.d.ts', chunk.replace('inches: number', 'inches: string'))

    expect(checkReports(folder)).toEqual([
      expect.stringMatching(/index\.api\.md is not what is built, from line 22 on\./),
    ])
  })

  it('refuses an export without a docstring', () => {
    const folder = makePackage({ 'dist/bell.d.ts': 'export declare const loud: boolean\n' })
    writeReports([folder])

    expect(checkReports(folder)).toEqual(['loud of @trefoil/bicycle/bell has no docstring'])
  })

  it('refuses the report of an entry that is gone, and removes it', () => {
    const folder = makePackage({ 'etc/saddle.api.md': '' })

    expect(checkReports(folder)).toContainEqual(
      expect.stringContaining('saddle.api.md is about no entry point'),
    )
    writeReports([folder])
    expect(checkReports(folder)).toEqual([])
  })

  it('needs a build where there is a source', () => {
    const folder = makePackage({ 'src/index.ts': '' })
    rmSync(join(folder, 'dist'), { recursive: true })

    expect(checkReports(folder)).toEqual(['it is not built'])
  })
})
