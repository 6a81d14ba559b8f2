import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { plans } from '../build/plans.ts'
import { createProject, toPackageName } from '../src/create-project.ts'
import { type Demo, listDemos } from '../src/demos.ts'
import { root, useDemos } from './packed-demos.ts'

const { demos, makeFolder } = useDemos()
const names = listDemos(demos).map(({ name }) => name)

const find = (name: string): Demo => listDemos(demos).find((demo) => demo.name === name)!

function make(name: string, more: { issuer?: string; clientId?: string } = {}): string {
  const folder = join(makeFolder(), `my-${name}`)
  createProject({ demo: find(name), folder, demos, ...more })
  return folder
}

const readEnv = (folder: string): NodeJS.Dict<string> =>
  parseEnv(readFileSync(join(folder, '.env'), 'utf8'))

describe('the demos', () => {
  it('are all that are finished', () => {
    const finished = ['express', 'react', 'javascript', 'api', 'machine']

    expect(names).toEqual(expect.arrayContaining(finished))
    expect(plans.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  })

  it.each(names)('%s is copied with every file that git knows, and no other', (name) => {
    const folder = make(name)
    const output = execFileSync('git', ['ls-files'], { cwd: join(root, 'apps', name) })
    const known = output.toString().trim().split('\n')

    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    const expected = new Set([...known, '.env', '.gitignore', 'LICENSE'])
    expect(files.sort()).toEqual([...expected].sort())
  })

  it.each(names)('%s depends on nothing that only this repository knows', (name) => {
    const folder = make(name)
    const manifest = readFileSync(join(folder, 'package.json'), 'utf8')

    expect(manifest).not.toMatch(/workspace:|catalog:/)
    expect(JSON.parse(manifest)).toMatchObject({
      name: `my-${name}`,
      version: '0.0.0',
      private: true,
      dependencies: { '@trefoil/core': expect.stringMatching(/^\^\d+\.\d+\.\d+/) },
    })
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).not.toContain('](../')
  })

  it.each([
    ['pnpm', 'pnpm-workspace.yaml', /^allowBuilds:\n( +\S+: false\n)+$/m],
    ['yarn', '.yarnrc.yml', /^nodeLinker: node-modules$/m],
  ] as const)('have what %s wants to be told', (packageManager, file, content) => {
    const folder = join(makeFolder(), 'app')
    createProject({ demo: find('api'), folder, demos, packageManager })

    expect(readFileSync(join(folder, file), 'utf8')).toMatch(content)
  })

  it('keep their secrets out of git', () => {
    const folder = make('express')
    execFileSync('git', ['init', '--quiet'], { cwd: folder })

    const output = execFileSync('git', ['status', '--porcelain', '-uall'], { cwd: folder })
    expect(output.toString()).toContain('.env.example')
    expect(output.toString()).not.toMatch(/\.env$/m)
  })
})

describe('the .env', () => {
  it('has a fresh secret of 32 bytes where the demo holds sessions, for its owner alone', () => {
    const folders = [make('express'), make('express')]
    const secrets = folders.map((folder) => readEnv(folder)['TREFOIL_SECRET'] ?? '')

    expect(secrets.map((secret) => Buffer.from(secret, 'base64').length)).toEqual([32, 32])
    expect(secrets[0]).not.toBe(secrets[1])
    if (process.platform === 'win32') return
    expect(statSync(join(folders[0]!, '.env')).mode & 0o777).toBe(0o600)
    expect(statSync(folders[0]!).mode & 0o777).toBe(0o777 & ~process.umask())
  })

  it.each(['react', 'javascript', 'api', 'machine'])('of %s has no session secret', (name) => {
    expect(readEnv(make(name))).not.toHaveProperty('TREFOIL_SECRET')
  })

  it('is filled in for the local Kinde', () => {
    expect(readEnv(make('express'))).toMatchObject({
      PORT: '4501',
      KINDE_ISSUER_URL: 'http://localhost:4500',
      KINDE_CLIENT_ID: 'express-demo',
      KINDE_CLIENT_SECRET: expect.stringContaining('localUseOnly'),
      KINDE_M2M_CLIENT_ID: 'machine-demo',
      KINDE_SITE_URL: 'http://localhost:4501',
    })
  })

  it.each([
    ['express', 'KINDE_CLIENT_ID', 'KINDE_M2M_CLIENT_ID'],
    ['machine', 'KINDE_M2M_CLIENT_ID', 'KINDE_M2M_CLIENT_SECRET'],
  ])('of %s for an issuer has nothing of the local one', (name, filled, empty) => {
    const env = readEnv(make(name, { issuer: 'https://example.kinde.com', clientId: 'mine' }))

    expect(env).toMatchObject({
      KINDE_ISSUER_URL: 'https://example.kinde.com',
      [filled]: 'mine',
      [empty]: '',
    })
    expect(JSON.stringify(env)).not.toContain('localUseOnly')
  })
})

describe('a folder', () => {
  it('that is empty, or was just cloned, is filled', () => {
    const folder = makeFolder()
    mkdirSync(join(folder, '.git'))
    createProject({ demo: find('machine'), folder, demos })

    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['.git', '.env', 'src']))
    expect(readdirSync(folder).filter((name) => name.startsWith('.trefoil'))).toEqual([])
  })

  it('that is not empty is left alone', () => {
    const folder = makeFolder()
    writeFileSync(join(folder, 'mine.txt'), 'mine')

    expect(() => createProject({ demo: find('machine'), folder, demos })).toThrow('is not empty')
    expect(readdirSync(folder)).toEqual(['mine.txt'])
  })

  it('that is a file is refused', () => {
    const file = join(makeFolder(), 'file')
    writeFileSync(file, '')

    expect(() => createProject({ demo: find('machine'), folder: file, demos })).toThrow('is a file')
  })

  it.each([true, false])('that was there: %s, has nothing in it after a failure', (wasThere) => {
    const parent = makeFolder()
    const folder = join(parent, 'deep', 'app')
    if (wasThere) mkdirSync(folder, { recursive: true })
    // Its files are copied, then the list of variables is missing.
    const broken = makeFolder()
    mkdirSync(join(broken, 'machine'))
    writeFileSync(join(broken, 'machine/package.json'), '{}')
    const request = { demo: find('machine'), folder, demos: broken }

    expect(() => createProject(request)).toThrow('could not be written (ENOENT)')
    expect(readdirSync(parent, { recursive: true })).toEqual(
      wasThere ? ['deep', join('deep', 'app')] : [],
    )
  })

  it.each([
    ['My App!', 'my-app'],
    ['.hidden', 'hidden'],
    ['Größe', 'gr-e'],
    ['日本', 'trefoil-app'],
  ])('named %s makes a package named %s', (folder, name) => {
    expect(toPackageName(folder)).toBe(name)
  })
})
