import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

// What the READMEs show is one application, which Nuxt itself checks: its names need no import there.
const root = fileURLToPath(new URL('..', import.meta.url))
const modules = ['nuxt', 'vue', 'vue-tsc', 'typescript', '@types/node']

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trefoil-nuxt-readme-'))
  for (const name of modules) link(join(root, 'node_modules', name), name)
  link(root, '@trefoil/nuxt')
  write('package.json', '{ "private": true, "type": "module" }')
  const parts = ['app', 'server', 'shared', 'node']
  const references = parts.map((name) => ({ path: `./.nuxt/tsconfig.${name}.json` }))
  write('tsconfig.json', JSON.stringify({ files: [], references }))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it(
  'the code in the READMEs compiles with the types that Nuxt generates',
  { timeout: 120_000 },
  async () => {
    const own = readSnippets(readFileSync(join(root, 'README.md'), 'utf8'))
    const [, inRoot = ''] = readFileSync(join(root, '../../README.md'), 'utf8').split('### Nuxt\n')
    const short = readSnippets(inRoot.split('\n### ', 1)[0] ?? '')
    expect(own.length).toBeGreaterThan(4)
    expect(short.length).toBeGreaterThan(0)
    for (const [index, { kind, code }] of [...own, ...short].entries()) {
      write(findName(kind, code, index), code)
    }
    expect(await check()).toBe('')
  },
)

/** A piece of code in a README. */
interface Snippet {
  readonly kind: string
  readonly code: string
}

function readSnippets(text: string): Snippet[] {
  const blocks = text.matchAll(/^( *)```(ts|vue)\n([\s\S]*?)^ *```/gm)
  return [...blocks].map(([, indent = '', kind = '', code = '']) => ({
    kind,
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }))
}

/** Where a snippet belongs: what its first line says, or what it is. */
function findName(kind: string, code: string, index: number): string {
  const said = /^\/\/ ([\w./-]+\.ts)\n/.exec(code)?.[1]
  if (said !== undefined) return said
  return kind === 'vue' ? `app/pages/readme-${index}.vue` : 'nuxt.config.ts'
}

function link(target: string, name: string): void {
  const path = join(folder, 'node_modules', name)
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path)
}

function write(name: string, text: string): void {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** What the compiler has to say; nothing when all is well. */
async function check(): Promise<string> {
  const args = [join(folder, 'node_modules/nuxt/bin/nuxt.mjs'), 'typecheck', folder]
  const env = { PATH: process.env['PATH'], NUXT_TELEMETRY_DISABLED: '1' }
  return promisify(execFile)(process.execPath, args, { cwd: folder, env }).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  )
}
