import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createBrowser } from '@trefoil/contract/browser'
import { afterEach, expect, it } from 'vitest'
import { findFreePort, readMark } from '@trefoil/contract/fixtures'
import { fixture, link, nextProgram, root } from './fixtures.ts'

const folder = fixture('quick-start')
const cli = join(root, '../issuer/dist/cli.js')
const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) endGroup(child)
})

it(
  'the quick start, followed word for word in a new application, signs in with next dev',
  { timeout: 180_000 },
  async () => {
    const [issuerPort, sitePort] = [await findFreePort(), await findFreePort()]
    // Port 3000 may be taken here, so the test moves what is written about it, and nothing else.
    const move = (text: string): string => text.replaceAll('3000', String(sitePort))
    createApplication()
    const seed = await readAll(start([cli, '--print-seed']))
    write('seed.json', move(seed))
    const overview = await readUntil(
      start([cli, '--port', String(issuerPort), '--seed', join(folder, 'seed.json')]),
      'Ctrl-C',
    )
    write('.env.local', readEnvironment(overview))
    const files = readQuickStart()
    expect([...files.keys()]).toEqual(['lib/auth.ts', 'proxy.ts', 'app/dashboard/page.tsx'])
    for (const [name, code] of files) write(name, code)
    await readUntil(start([nextProgram('next'), 'dev', '-p', String(sitePort)]), 'Ready in')

    const site = `http://localhost:${sitePort}`
    const browser = createBrowser()
    const form = await browser.visit(`${site}/dashboard`)
    const page = await browser.submit(form, { email: 'owner@example.com', password: 'trefoil' })
    expect([page.url, page.status]).toEqual([`${site}/dashboard`, 200])
    expect(page.text.replaceAll('<!-- -->', '')).toContain('<h1>Hello Olivia Owner</h1>')
    expect(readMark(page, 'error-code')).toBeUndefined()
  },
)

/** What `create-next-app` leaves, and `npm install @trefoil/next`. */
function createApplication(): void {
  rmSync(folder, { recursive: true, force: true })
  write('package.json', '{ "private": true }')
  write(
    'app/layout.tsx',
    `export default function RootLayout({ children }: { children: React.ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  )
}
`,
  )
  write('app/page.tsx', 'export default function Home() {\n  return <h1>Home</h1>\n}\n')
  link(root, join(folder, 'node_modules/@trefoil/next'))
  link(join(root, 'node_modules/next'), join(folder, 'node_modules/next'))
}

/** The files that the quick start of the README names. */
function readQuickStart(): Map<string, string> {
  const text = readFileSync(join(root, 'README.md'), 'utf8')
  const [, section = ''] = /## Quick start\n([\s\S]*?)\n## /.exec(text) ?? []
  const blocks = [...section.matchAll(/```tsx?\n\/\/ (\S+)\n([\s\S]*?)```/g)]
  return new Map(blocks.map(([, name = '', code = '']) => [name, code]))
}

function readEnvironment(overview: string): string {
  const lines = overview.matchAll(/^ *((?:KINDE|TREFOIL)_\w+=.*)$/gm)
  return [...lines].map(([, line = '']) => `${line}\n`).join('')
}

function write(name: string, text: string): void {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function start(args: readonly string[]): ChildProcess {
  // Its own environment would hide a line that is missing.
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH, HOME, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'development' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  running.push(child)
  return child
}

// `next dev` has a process of its own for the server, which would outlive the one that is known here.
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

async function readAll({ stdout }: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of stdout ?? []) text += String(chunk)
  return text
}

/** What a program prints up to a mark; what it prints later is read and dropped. */
function readUntil({ stdout }: ChildProcess, mark: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes(mark)) resolve(text)
    })
    stdout?.once('end', () => reject(new Error(`The program ended:\n${text}`)))
  })
}
