import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { createBrowser } from '../../../packages/contract/src/browser.ts'
import { findFreePorts } from './free-port.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const cli = join(root, 'packages/issuer/dist/cli.js')
const running: ChildProcess[] = []
const folders: string[] = []

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

it.each(['README.md', 'packages/express/README.md'])(
  'the quick start of %s signs in at the local Kinde, with the lines that it prints',
  async (readme) => {
    const [issuerPort = 0, sitePort = 0] = await findFreePorts(2)
    // Port 3000 may be taken here, so the test moves what is written about it, and nothing else.
    const move = (text: string): string => text.replaceAll('3000', String(sitePort))
    const folder = install()
    const seed = await print(['--print-seed'])
    writeFileSync(join(folder, 'seed.json'), move(seed))
    const overview = await serve(
      [cli, '--port', String(issuerPort), '--seed', join(folder, 'seed.json')],
      folder,
      'Ctrl-C',
    )
    writeFileSync(join(folder, '.env'), readEnvironment(overview))
    writeFileSync(join(folder, 'app.mjs'), move(readSnippet(readme)))
    start(['--env-file=.env', 'app.mjs'], folder)

    const site = `http://localhost:${sitePort}`
    await answers(site)
    const browser = createBrowser()
    const form = await browser.visit(`${site}/dashboard`)
    const page = await browser.submit(form, { email: 'owner@example.com', password: 'trefoil' })

    expect(page.url).toBe(`${site}/dashboard`)
    expect(page.status).toBe(200)
    expect(page.text).toContain('Olivia Owner')
  },
)

/** A folder with what `npm install @trefoil/express express` brings. */
function install(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-quick-start-'))
  folders.push(folder)
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@trefoil'), { recursive: true })
  const adapter = join(root, 'packages/express')
  symlinkSync(adapter, join(modules, '@trefoil/express'))
  symlinkSync(join(adapter, 'node_modules/express'), join(modules, 'express'))
  return folder
}

function readSnippet(readme: string): string {
  const text = readFileSync(join(root, readme), 'utf8')
  const [, code] = /```ts\n(import [^`]*from '@trefoil\/express'[\s\S]*?)^```/m.exec(text) ?? []
  if (code === undefined) throw new Error(`${readme} has no snippet.`)
  return code
}

function readEnvironment(overview: string): string {
  const lines = overview.matchAll(/^ *((?:KINDE|TREFOIL)_\w+=.*)$/gm)
  return [...lines].map(([, line = '']) => `${line}\n`).join('')
}

/** Starts a program and gives its output up to where `mark` stands. */
async function serve(args: readonly string[], cwd: string, mark: string): Promise<string> {
  const { stdout } = start(args, cwd)
  let text = ''
  for await (const chunk of stdout ?? []) {
    text += String(chunk)
    if (text.includes(mark)) break
  }
  return text
}

async function print(args: readonly string[]): Promise<string> {
  const { stdout } = start([cli, ...args], root)
  let text = ''
  for await (const chunk of stdout ?? []) text += String(chunk)
  return text
}

function start(args: readonly string[], cwd: string): ChildProcess {
  // Its own environment would hide a line that is missing.
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.push(child)
  return child
}

async function answers(url: string): Promise<void> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each question waits for the answer before
    const answer = await fetch(url).catch(() => undefined)
    if (answer) return
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
