import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { createBrowser } from '../../../packages/contract/src/browser.ts'
import { findFreePorts } from './free-port.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const adapter = join(root, 'packages/nuxt')
const cli = join(root, 'packages/issuer/dist/cli.js')
const running: ChildProcess[] = []
const folders: string[] = []

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

it(
  'GU-20 the quick start of packages/nuxt/README.md signs in at the local Kinde, though the server is loaded anew meanwhile',
  { timeout: 120_000 },
  async () => {
    const [issuerPort = 0, sitePort = 0] = await findFreePorts(2)
    // Port 3000 may be taken here, so the test moves what is written about it, and nothing else.
    const move = (text: string): string => text.replaceAll('3000', String(sitePort))
    const folder = install()
    const seed = join(folder, 'seed.json')
    writeFileSync(seed, move(await read([cli, '--print-seed'], root)))
    const issuer = [cli, '--port', String(issuerPort), '--seed', seed]
    const overview = await read(issuer, folder, 'Ctrl-C')
    const lines = overview.matchAll(/^ *((?:KINDE|TREFOIL)_\w+=.*)$/gm)
    write(folder, '.env', [...lines].map(([, line = '']) => `${line}\n`).join(''))
    const [config = '', page = ''] = readSteps()
    write(folder, 'nuxt.config.ts', config)
    write(folder, 'app/pages/dashboard.vue', page)
    const edit = (version: string): void =>
      write(
        folder,
        'server/api/version.get.ts',
        `export default defineEventHandler(() => '${version}')`,
      )
    edit('one')
    const nuxt = join(folder, 'node_modules/nuxt/bin/nuxt.mjs')
    start([nuxt, 'dev', '--port', String(sitePort), '--no-fork'], folder)

    const site = `http://localhost:${sitePort}`
    await until(site, 'one')
    const browser = createBrowser()
    const form = await browser.visit(`${site}/dashboard`)
    edit('two')
    await until(site, 'two')
    const shown = await browser.submit(form, { email: 'owner@example.com', password: 'trefoil' })
    expect(shown.url).toBe(`${site}/dashboard`)
    expect(shown.status).toBe(200)
    expect(shown.text).toContain('<p>Olivia Owner</p>')
    edit('three')
    await until(site, 'three')
    const later = await browser.send(`${site}/dashboard`)
    expect(later.text).toContain('<p>Olivia Owner</p>')
    // A handler that were there twice would answer twice.
    const login = await createBrowser().send(`${site}/auth/login`)
    expect(login.headers.getSetCookie()).toHaveLength(1)
  },
)

/** A folder with what `npm create nuxt` and `npm install @trefoil/nuxt` bring. */
function install(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-nuxt-'))
  folders.push(folder)
  mkdirSync(join(folder, 'node_modules/@trefoil'), { recursive: true })
  symlinkSync(adapter, join(folder, 'node_modules/@trefoil/nuxt'))
  for (const name of ['nuxt', 'vue']) {
    symlinkSync(join(adapter, 'node_modules', name), join(folder, 'node_modules', name))
  }
  write(folder, 'package.json', '{ "private": true, "type": "module" }')
  return folder
}

/** The two files that the quick start writes, which stand in its list and are indented. */
function readSteps(): string[] {
  const text = readFileSync(join(adapter, 'README.md'), 'utf8')
  const blocks = text.matchAll(/^ {3}```(?:ts|vue)\n([\s\S]*?)^ {3}```/gm)
  return [...blocks].map(([, code = '']) => code.replaceAll(/^ {3}/gm, ''))
}

function write(folder: string, name: string, text: string): void {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** The output of a program, up to where `mark` stands or to its end. */
async function read(args: readonly string[], cwd: string, mark?: string): Promise<string> {
  let text = ''
  for await (const chunk of start(args, cwd).stdout ?? []) {
    text += String(chunk)
    if (mark !== undefined && text.includes(mark)) break
  }
  return text
}

function start(args: readonly string[], cwd: string): ChildProcess {
  // Its own environment would hide a line that is missing.
  const env = { PATH: process.env['PATH'], NUXT_TELEMETRY_DISABLED: '1' }
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
  running.push(child)
  return child
}

/** Waits until the development server has built what was written: until then it shows what was before. */
async function until(site: string, version: string): Promise<void> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each question waits for the answer before
    const answer = await fetch(`${site}/api/version`).catch(() => undefined)
    // oxlint-disable-next-line no-await-in-loop
    if (answer?.ok && (await answer.text()) === version) return
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
