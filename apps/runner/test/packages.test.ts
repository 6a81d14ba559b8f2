import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { listEntries } from '../src/install-check.mjs'
import { checkFiles, checkImports, checkManifest, checkReadme } from '../src/package-checks.mjs'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const manifest = {
  name: '@trefoil/core',
  version: '1.0.0',
  description: 'Flows.',
  license: 'MIT',
  keywords: ['oauth'],
  repository: { url: 'git+https://example.com/x.git', directory: 'packages/core' },
  engines: { node: '>=20.19' },
  type: 'module',
  files: ['dist'],
  sideEffects: false,
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './bearer': { types: './dist/bearer.d.ts', default: './dist/bearer.js' },
    './package.json': './package.json',
  },
  dependencies: { jose: '6.2.18' },
}

function makeTarball(files: Record<string, string>): Parameters<typeof checkFiles>[0] {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-tarball-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return { file: join(folder, 'x.tgz'), folder, manifest }
}

describe('the package checks', () => {
  it('are content with a good manifest', () => {
    expect(checkManifest({ file: '', folder: '', manifest })).toEqual([])
  })

  it('name all that a bare manifest lacks', () => {
    const bare = { name: 'bare', version: '1.0.0' }

    expect(checkManifest({ file: '', folder: '', manifest: bare })).toEqual([
      'description is missing',
      'license must be MIT',
      'keywords are missing',
      'repository.url is missing',
      'repository.directory must be packages/bare',
      'engines.node is missing',
      'type must be module',
      'files is missing',
      'sideEffects is missing',
      'exports is missing',
    ])
  })

  it('refuse a range that npm does not know', () => {
    const odd = { ...manifest, dependencies: { express: 'catalog:' } }

    expect(checkManifest({ file: '', folder: '', manifest: odd })).toEqual([
      'express: "catalog:" means nothing outside of this repository',
    ])
  })

  it('refuse a peer of which no version is tried', () => {
    const peers = { express: '^4.21.0 || ^5.0.0', react: '^18.2.0 || ^19.0.0' }
    const tried = { express: '5.3.0', express4: 'npm:express@4.22.3', react: '19.3.1' }
    const some = { ...manifest, peerDependencies: peers, devDependencies: tried }

    expect(checkManifest({ file: '', folder: '', manifest: some })).toEqual([
      'peerDependencies: no test has react ^18.2.0',
    ])
  })

  it('let a program have no exports', () => {
    const { exports: _, ...rest } = manifest
    const program = { ...rest, bin: './dist/cli.js' }

    expect(checkManifest({ file: '', folder: '', manifest: program })).toEqual([])
  })

  it('refuse an entry without types', () => {
    const untyped = { ...manifest, exports: { '.': './dist/index.js' } }

    expect(checkManifest({ file: '', folder: '', manifest: untyped })).toEqual([
      'exports["."] has no types',
    ])
  })

  it('miss README and LICENSE, and refuse tests', () => {
    expect(checkFiles(makeTarball({ 'README.md': '', LICENSE: '' }))).toEqual([])
    expect(checkFiles(makeTarball({ 'dist/seal.test.js': '' }))).toEqual([
      'README.md is not in the tarball',
      'LICENSE is not in the tarball',
      'dist/seal.test.js is a test, yet published',
    ])
  })

  it('count the steps of the quick start', () => {
    const steps = [1, 2, 3, 4].map((step) => `${step}. Step\n`).join('')
    const other = '\n## More\n\n1. Another\n'
    const check = (text: string): string[] => checkReadme(makeTarball({ 'README.md': text }))

    expect(check(`# X\n\n## Quick start\n\n${steps}${other}`)).toEqual([])
    expect(check(`# X\n\n## Quick start\n\n${steps}5. Step`)).toEqual([
      'the quick start of README.md has 5 steps, four at most',
    ])
    expect(check(other)).toEqual(['README.md has no "## Quick start"'])
  })

  it.each([
    `import { hash } from 'node:crypto'`,
    `import{hash}from"node:crypto"`,
    `import 'node:crypto'`,
    `export * from "node:crypto"`,
    `const crypto = await import('node:crypto')`,
  ])('find %s wherever Web APIs must do', (code) => {
    const tarball = makeTarball({
      'dist/seal-node.js': code,
      'dist/internal/digest.js': code,
      'dist/seal-web.js': `import { jwtDecrypt } from 'jose' // not node:crypto`,
    })

    expect(checkImports(tarball)).toEqual(['dist/internal/digest.js imports from node:'])
  })

  it('import every entry but data', () => {
    expect(listEntries(manifest)).toEqual(['@trefoil/core', '@trefoil/core/bearer'])
  })
})
