import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CommandError, readCommand } from './cli-options.ts'
import { formatOverview } from './cli-overview.ts'
import { createSeed } from './seed.ts'
import { readSeed } from './seed-file.ts'

const cli = fileURLToPath(new URL('cli.ts', import.meta.url))
const example = fileURLToPath(new URL('../seed.example.json', import.meta.url))
const running = new Set<ChildProcessWithoutNullStreams>()
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trefoil-issuer-'))
})

afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
})

afterAll(() => rm(folder, { recursive: true }))

function start(...args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [cli, ...args])
  running.add(child)
  return child
}

async function run(...args: string[]) {
  const child = start(...args)
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  await once(child, 'close')
  return { exitCode: child.exitCode, stdout, stderr }
}

function refuse(args: readonly string[]): CommandError {
  try {
    readCommand(args)
  } catch (error) {
    if (error instanceof CommandError) return error
  }
  throw new Error('The command was taken.')
}

/** Starts it and waits for all that it prints. */
async function serve(...args: string[]) {
  const child = start('--port', '0', ...args)
  let stdout = ''
  for await (const chunk of child.stdout) {
    stdout += String(chunk)
    if (stdout.includes('Ctrl-C')) break
  }
  const [, url = ''] = /Local Kinde at (\S+)/.exec(stdout) ?? []
  return { child, stdout, url }
}

async function end(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): Promise<number> {
  const exited = once(child, 'exit')
  child.kill(signal)
  const [exitCode] = await exited
  return exitCode
}

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

describe('the command', () => {
  it('prints where it is, whom to sign in as and what to copy, and answers', async () => {
    const { child, stdout, url } = await serve()
    expect(stdout).toMatch(/owner@example\.com +trefoil +Olivia Owner, owner in org_acme/)
    for (const { id, secret, callbackUrls } of createSeed().applications) {
      expect(stdout).toContain(id)
      for (const text of [secret ?? id, ...callbackUrls]) expect(stdout).toContain(text)
    }
    expect(stdout).toContain(`KINDE_ISSUER_URL=${url}\n  KINDE_CLIENT_ID=quick-start\n`)
    expect(stdout).toContain('KINDE_SITE_URL=http://localhost:3000\n')
    const [, secret = ''] = /TREFOIL_SECRET=(\S+)\n/.exec(stdout) ?? []
    expect(Buffer.from(secret, 'base64')).toHaveLength(32)
    expect(stdout.split('\n').every((line) => line.length <= 100)).toBe(true)
    const response = await fetch(`${url}/.well-known/openid-configuration`)
    expect(await response.json()).toMatchObject({ issuer: url })
    expect(await (await fetch(url)).text()).toContain(`<code>${url}</code>`)
    // The connection of the requests is still open.
    expect(await end(child, 'SIGINT')).toBe(0)
  })

  it('reads a seed file, and ends on SIGTERM too while a connection is open', async () => {
    const { child, stdout, url } = await serve('--seed', example)
    expect(stdout).toContain('mia@example.com')
    expect(stdout).toContain('KINDE_CLIENT_ID=shop\n')
    expect(stdout).not.toContain('owner@example.com')
    await fetch(url)
    expect(await end(child, 'SIGTERM')).toBe(0)
  })

  it('prints a new secret each time', () => {
    const [one, two] = [1, 2].map(() => formatOverview('http://localhost:1', createSeed()))
    expect(one).not.toBe(two)
  })

  it('prints help with every option, the version, and the seed', async () => {
    const [help, version, seed] = await Promise.all([
      run('--help'),
      run('--version'),
      run('--print-seed'),
    ])
    for (const option of ['--port', '--host', '--seed', '--print-seed', '--version', '--help']) {
      expect(help.stdout).toContain(option)
    }
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/)
    expect(readSeed(JSON.parse(seed.stdout))).toEqual(createSeed())
    expect([help, version, seed].map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
  })
})

describe('the command, typed wrong,', () => {
  it.each([
    [['--prot', '1'], "Unknown option '--prot'. Did you mean --port?"],
    [['--nonsense'], "Unknown option '--nonsense'."],
    [['serve'], "Unexpected argument 'serve'."],
    [['--port'], "Option '--port <value>' argument missing."],
    [['--port', '65536'], '--port must be a number from 0 to 65535, not "65536".'],
    [['--port', '4.5'], '--port must be a number from 0 to 65535, not "4.5".'],
    [['--host', 'a b/@'], '--host must be a name such as localhost or an IP address'],
  ])('is told so: %j', (args, message) => {
    const refusal = refuse(args)
    expect(refusal.message).toContain(message)
    expect(refusal.message).toContain('--help')
    expect(refusal.exitCode).toBe(2)
  })

  it('prints the complaint alone and ends with 2', async () => {
    const { exitCode, stdout, stderr } = await run('--prot', '1')
    expect(stderr).toBe(`${refuse(['--prot', '1']).message}\n`)
    expect(stdout).toBe('')
    expect(exitCode).toBe(2)
  })
})

describe('the command, when it cannot be done,', () => {
  it('names the port that is taken and the way out', async () => {
    const server = createServer().listen(0, 'localhost')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const { exitCode, stderr } = await run('--port', String(port))
    server.close()
    expect(stderr).toBe(
      `Port ${port} is taken. End what listens there, or take another one: --port ${port + 1}\n`,
    )
    expect(exitCode).toBe(1)
  })

  it('names all mistakes of a seed', async () => {
    const seed = createSeed()
    const path = await write(
      'mistakes.json',
      JSON.stringify({ ...seed, users: [{ email: 'x' }], aplications: [] }),
    )
    const { exitCode, stdout, stderr } = await run('--port', '0', '--seed', path)
    expect(stderr).toContain(`${path}: The seed has 6 mistakes:\n`)
    expect(stderr).toContain('- aplications: is not known; did you mean applications?\n')
    expect(stderr).toContain('- users[0].password: is missing\n')
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(stdout).toBe('')
    expect(exitCode).toBe(1)
  })

  it('names the line of a seed that is not JSON, and quotes nothing of it', async () => {
    const path = await write('broken.json', '{\n  "users": [],\n  "secret": tell-nobody\n}\n')
    const { exitCode, stderr } = await run('--seed', path)
    expect(stderr).toMatch(/broken\.json: this is not JSON/)
    expect(stderr).not.toContain('tell')
    expect(exitCode).toBe(1)
  })

  it('says that there is no such seed, or that it is a folder', async () => {
    const [missing, place] = await Promise.all([
      run('--seed', join(folder, 'nowhere.json')),
      run('--seed', folder),
    ])
    expect(missing.stderr).toContain('nowhere.json: there is no such file.')
    expect(place.stderr).toContain('it cannot be read (EISDIR)')
    expect([missing.exitCode, place.exitCode]).toEqual([1, 1])
  })
})
