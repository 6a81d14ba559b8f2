import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { parseEnv } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { CommandError } from '../src/command-error.ts'
import { type CommandContext, create } from '../src/create-command.ts'
import { useDemos } from './packed-demos.ts'

const { demos, makeFolder } = useDemos()

interface Run {
  readonly cwd: string
  readonly code: number
  readonly output: string
  readonly installed: unknown[]
}

async function run(args: readonly string[], more: Partial<CommandContext> = {}): Promise<Run> {
  const cwd = makeFolder()
  let output = ''
  const installed: unknown[] = []
  const code = await create(args, {
    cwd,
    env: {},
    terminal: undefined,
    demos,
    print: (text) => (output += text),
    install: (manager, folder) => {
      installed.push([manager, folder])
      return Promise.resolve(true)
    },
    ...more,
  })
  return { cwd, code, output, installed }
}

/** A terminal at which somebody types. */
function typing(...lines: string[]): { terminal: CommandContext['terminal']; shown(): string } {
  const input = new PassThrough()
  const output = new PassThrough()
  input.end(lines.map((line) => `${line}\n`).join(''))
  return { terminal: { input, output }, shown: () => String(output.read() ?? '') }
}

describe('without a terminal', () => {
  it.each([[[]], [['app']], [['app', '--yes']]])(
    'with %j it names the flag that is missing',
    async (args) => {
      await expect(run(args)).rejects.toThrow(
        new CommandError(
          `--framework is missing, and nobody can be asked here: say --framework ${listNames()}.`,
        ),
      )
    },
  )

  it('takes the defaults of the rest', async () => {
    const { cwd, code, output, installed } = await run(['--framework', 'express'])

    expect(code).toBe(0)
    expect(installed).toEqual([['npm', join(cwd, 'trefoil-express')]])
    expect(output).toContain('  cd trefoil-express\n  npm run dev\n')
  })

  it('leaves the packages alone when told to, and says so in the next two commands', async () => {
    const { output, installed } = await run(['my app', '-f', 'machine', '--no-install'], {
      env: { npm_config_user_agent: 'pnpm/12.21.0 npm/? node/v24.21.0' },
    })

    expect(installed).toEqual([])
    expect(output).toContain('  cd "my app" && pnpm install\n  pnpm run start\n')
  })

  it('installs with the package manager that is named', async () => {
    const { cwd, installed } = await run(['.', '-f', 'api', '--package-manager', 'bun'])

    expect(installed).toEqual([['bun', cwd]])
  })

  it('says that the packages could not be installed, and keeps the project', async () => {
    const { cwd, code, output } = await run(['app', '-f', 'api'], {
      install: () => Promise.resolve(false),
    })

    expect(code).toBe(1)
    expect(output).toContain('npm could not install them; all else is in place.')
    expect(output).toContain('cd app && npm install')
    expect(existsSync(join(cwd, 'app/package.json'))).toBe(true)
  })

  it.each([
    [['--framework', 'angular'], 'There is no demo "angular". Take --framework '],
    [['a', 'b', '-f', 'api'], 'One folder is made at a time, not a and b.'],
    [['-f', 'api', '--install', '--no-install'], 'exclude each other'],
    [['-f', 'api', '--package-manager', 'cargo'], '--package-manager must be npm, pnpm, yarn, bun'],
    [['-f', 'api', '--issuer', 'http://example.kinde.com'], '--issuer: issuer (KINDE_ISSUER_URL)'],
    [['--colour'], "Unknown option '--colour'"],
    [['--framework'], '--framework'],
  ])('refuses %j', async (args, message) => {
    await expect(run(args)).rejects.toThrow(message)
  })

  it.each([['--help'], ['-h']])('explains itself with %s', async (flag) => {
    const { output } = await run([flag])

    expect(output).toContain('npm create trefoil@latest')
    for (const name of listNames().split('|')) expect(output).toContain(`    ${name} `)
  })

  it('tells its version', async () => {
    expect((await run(['--version'])).output).toMatch(/^\d+\.\d+\.\d+\S*\n$/)
  })
})

describe('what comes next', () => {
  it.each([
    ['express', 'Back-end web', 'http://localhost:4501/auth/callback', 'http://localhost:4501'],
    ['react', 'Front-end and mobile', 'http://localhost:4503/callback', 'http://localhost:4503'],
  ])('with %s has the URLs to register', async (name, kind, callback, origin) => {
    const { output } = await run(['-f', name])

    expect(output).toContain(`"${kind}"`)
    expect(output).toMatch(new RegExp(`callback URL +${callback}\n`))
    expect(output).toMatch(new RegExp(`logout redirect URL +${origin}\n`))
    expect(output).toMatch(new RegExp(`Origin .* +${origin}\n`))
    expect(output).toContain('npx @trefoil/issuer')
  })

  it("names what to fill in for an issuer of one's own", async () => {
    const issuer = 'https://example.kinde.com'
    const { output } = await run(['-f', 'express', '--issuer', issuer, '--client-id', 'mine'])

    expect(output).toContain('Put into .env: KINDE_CLIENT_SECRET, KINDE_M2M_CLIENT_SECRET.')
    expect(output).toContain('npx @trefoil/issuer')
  })

  it.each([
    ['npm', 'npm create trefoil reports-api -- --framework api'],
    ['pnpm', 'pnpm create trefoil reports-api --framework api'],
  ])('has with %s the way to the API that the demo calls', async (name, command) => {
    const args = ['--package-manager', name, '--no-install']
    const { output } = await run(['-f', 'react', ...args])

    expect(output).toContain(command)
    expect((await run(['-f', 'api', ...args])).output).not.toContain('reports-api')
  })

  it('has no secret in it', async () => {
    const { cwd, output } = await run(['app', '-f', 'express'])
    const env = parseEnv(readFileSync(join(cwd, 'app/.env'), 'utf8'))
    const secrets = Object.entries(env).filter(([name]) => name.endsWith('SECRET'))

    expect(secrets).toHaveLength(3)
    for (const [, secret] of secrets) expect(output).not.toContain(secret)
  })
})

describe('at a terminal', () => {
  it('asks for everything', async () => {
    const { terminal, shown } = typing('express', 'shop', 'https://example.kinde.com', 'no')
    const { cwd, output, installed } = await run([], { terminal })

    expect(shown()).toMatch(
      /What do you want .*Number or name: Folder \(trefoil-express\): Your K/s,
    )
    expect(installed).toEqual([])
    expect(output).toContain('Express is in shop.')
    const env = parseEnv(readFileSync(join(cwd, 'shop/.env'), 'utf8'))
    expect(env['KINDE_ISSUER_URL']).toBe('https://example.kinde.com')
  })

  it('takes a number, and the defaults for empty lines', async () => {
    const number = listNames().split('|').indexOf('machine') + 1
    const { terminal } = typing(String(number), '', '', '')
    const { cwd, installed } = await run([], { terminal })

    expect(installed).toEqual([['npm', join(cwd, 'trefoil-machine')]])
  })

  it('asks again after an answer that is none', async () => {
    const { terminal, shown } = typing('0', 'react', 'x', 'nonsense', '', 'perhaps', 'n')
    const { cwd, installed } = await run([], { terminal })

    expect(shown()).toMatch(/Answer with a number .*is not a URL.*Answer with yes or no\./s)
    expect(installed).toEqual([])
    expect(existsSync(join(cwd, 'x/.env'))).toBe(true)
  })

  it('asks for nothing that was said', async () => {
    const { terminal, shown } = typing()
    const issuer = 'https://example.kinde.com'
    await run(['app', '-f', 'api', '--issuer', issuer, '--no-install'], { terminal })

    expect(shown()).toBe('')
  })

  it('asks for nothing with --yes', async () => {
    const { terminal, shown } = typing()
    await run(['-f', 'api', '--yes'], { terminal })

    expect(shown()).toBe('')
  })

  it('writes nothing when the input ends', async () => {
    const { terminal } = typing('express', 'shop')
    const cwd = makeFolder()

    await expect(run([], { terminal, cwd })).rejects.toMatchObject({ exitCode: 130 })
    expect(existsSync(join(cwd, 'shop'))).toBe(false)
  })

  it('complains about a framework before the first question', async () => {
    const { terminal, shown } = typing('express')

    await expect(run(['-f', 'angular'], { terminal })).rejects.toThrow('There is no demo')
    expect(shown()).toBe('')
  })
})

describe('a folder that is not empty', () => {
  it('stops it before anything is installed', async () => {
    const cwd = makeFolder()
    writeFileSync(join(cwd, 'mine.txt'), '')
    const install = vi.fn(() => Promise.resolve(true))

    await expect(run(['.', '-f', 'api'], { cwd, install })).rejects.toThrow('is not empty')
    expect(install).not.toHaveBeenCalled()
  })
})

function listNames(): string {
  const list: { name: string }[] = JSON.parse(readFileSync(join(demos, 'demos.json'), 'utf8'))
  return list.map(({ name }) => name).join('|')
}
