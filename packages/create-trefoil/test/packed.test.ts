import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { startIssuer } from '@trefoil/issuer'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { root, useDemos } from './packed-demos.ts'

// What users get: the tarball, its programs, and the demos that they copy out of it.
const { makeFolder } = useDemos()
let program = ''
const running: ChildProcess[] = []

beforeAll(() => {
  const place = makeFolder()
  const source = join(root, 'packages/create-trefoil')
  execFileSync('pnpm', ['pack', '--pack-destination', place], { cwd: source, stdio: 'ignore' })
  const [tarball = ''] = readdirSync(place)
  execFileSync('tar', ['-xzf', tarball], { cwd: place })
  symlinkSync(join(source, 'node_modules'), join(place, 'package/node_modules'))
  program = join(place, 'package/dist/create.js')
})

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program as a script would: no terminal, and nothing of this environment but the path. */
function run(args: readonly string[], cwd: string): Ended {
  const env = { PATH: process.env['PATH'] }
  return spawnSync(process.execPath, args, { cwd, env, encoding: 'utf8', stdio: 'pipe' })
}

/** A project with the packages that its demo has in this repository. */
function make(name: string): string {
  const cwd = makeFolder()
  const ended = run([program, 'app', '--framework', name, '--no-install'], cwd)
  expect(ended).toMatchObject({ status: 0, stderr: '' })
  const folder = join(cwd, 'app')
  symlinkSync(join(root, 'apps', name, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

function change(folder: string, values: Readonly<Record<string, string>>): void {
  const file = join(folder, '.env')
  const text = readFileSync(file, 'utf8')
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}`)
  writeFileSync(file, [text, ...lines, ''].join('\n'))
}

describe('the packed program', () => {
  it('ends at once without a terminal, and names the flag', () => {
    const ended = run([program], makeFolder())

    expect(ended.status).toBe(1)
    expect(ended.stderr).toContain('--framework is missing')
    expect(ended.stdout).toBe('')
  })

  it('brings what npm would have left out', () => {
    const folder = make('express')

    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining(['.env', '.env.example', '.gitignore', 'LICENSE', 'README.md']),
    )
    expect(readdirSync(folder).filter((name) => name.startsWith('_'))).toEqual([])
  })

  it('is a doctor as well, under both names', () => {
    const folder = makeFolder()
    mkdirSync(join(folder, 'empty'))
    const runs = [program, program.replace('create.js', 'trefoil.js')].map((file) =>
      run([file, 'doctor'], folder),
    )

    for (const { status, stdout, stderr } of runs) {
      expect(stderr).toBe('')
      expect(status).toBe(1)
      expect(stdout).toMatch(/✗ KINDE_ISSUER_URL +is missing\.\n +→ Set it to your domain/)
    }
  })
})

describe('a copied demo', () => {
  // The files of the others are the same as in `apps/` too, where each is type-checked.
  it.each(['express', 'machine'])('%s type-checks', (name) => {
    const folder = make(name)
    const ended = run([join(folder, 'node_modules/typescript/bin/tsc'), '-p', '.'], folder)

    expect(ended.stdout).toBe('')
    expect(ended.status).toBe(0)
  })

  it('express starts with the .env that it was given', async () => {
    const folder = make('express')
    const port = await findFreePort()
    change(folder, { PORT: String(port) })
    const child = spawn('npm', ['start'], {
      cwd: folder,
      env: { PATH: process.env['PATH'] },
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      await waitFor(child, `http://localhost:${port}`)

      const health = await fetch(`http://localhost:${port}/healthz`)
      expect(await health.json()).toEqual({ status: 'ok' })
      // Its settings come from the .env: the issuer that it would go to is the local one.
      const page = await fetch(`http://localhost:${port}/`)
      expect(page.headers.get('content-security-policy')).toContain('http://localhost:4500')
    } finally {
      if (child.pid) process.kill(-child.pid, 'SIGKILL')
    }
  })

  it('machine runs with the .env that it was given, against the local Kinde', async () => {
    const issuer = await startIssuer({ port: 0 })
    const stop = issuer.intercept((request) =>
      new URL(request.url).pathname === '/reports' ? Response.json({ reports: [] }) : undefined,
    )
    try {
      const folder = make('machine')
      change(folder, { KINDE_ISSUER_URL: issuer.url, API_URL: issuer.url })
      const child = spawn(process.execPath, ['--env-file=.env', 'src/job.ts'], {
        cwd: folder,
        env: { PATH: process.env['PATH'] },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      running.push(child)
      let output = ''
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
      const [code] = await once(child, 'close')

      expect(output).toContain('owner@example.com')
      expect(code).toBe(0)
    } finally {
      stop()
      await issuer.close()
    }
  })
})

/** Reads what a program prints until a text is in it. */
async function waitFor({ stdout }: ChildProcess, text: string): Promise<void> {
  let output = ''
  for await (const chunk of stdout ?? []) {
    output += String(chunk)
    if (output.includes(text)) return
  }
  throw new Error(`It ended early: ${output}`)
}
