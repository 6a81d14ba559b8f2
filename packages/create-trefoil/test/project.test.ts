import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readDoctorOptions } from '../src/doctor-options.ts'
import { type FoundProject, readProject } from '../src/project.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

interface Content {
  readonly packages?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
}

function read(
  { packages = [], files = {} }: Content,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): FoundProject {
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-doctor-'))
  folders.push(folder)
  const dependencies = Object.fromEntries(packages.map((name) => [name, '^1.0.0']))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return readProject(folder, env, readDoctorOptions(args))
}

describe('the kind of a project', () => {
  it.each([
    [['@trefoil/next'], '', 'backend'],
    [['@trefoil/next', '@trefoil/react'], 'KINDE_CLIENT_ID=x', 'backend'],
    [['@trefoil/nuxt'], '', 'backend'],
    [['@trefoil/react'], 'KINDE_CLIENT_SECRET=x', 'frontend'],
    [['@trefoil/react', '@trefoil/express'], 'TREFOIL_SECRET=', 'backend'],
    [['@trefoil/express'], 'KINDE_CLIENT_ID=x', 'backend'],
    [['@trefoil/express'], 'KINDE_AUDIENCE=x', 'api'],
    [['@trefoil/core'], 'KINDE_CLIENT_ID=x', 'frontend'],
    [['@trefoil/core'], 'KINDE_CLIENT_ID=x\nKINDE_CLIENT_SECRET=', 'backend'],
    [['@trefoil/core'], 'KINDE_M2M_CLIENT_ID=x', 'machine'],
    [[], '', 'backend'],
  ])('with %j and %j is %s', (packages, text, kind) => {
    expect(read({ packages, files: { '.env': text } }).kind).toBe(kind)
  })

  it('is what is said', () => {
    const project = read({ packages: ['@trefoil/next'] }, ['--kind', 'api'])

    expect(project).toMatchObject({ kind: 'api', reason: 'by --kind' })
  })
})

describe('the environment of a project', () => {
  const files = {
    '.env': 'KINDE_CLIENT_ID="in .env"\nKINDE_AUDIENCE=a # a comment\n',
    '.env.local': 'KINDE_CLIENT_ID=local',
    '.env.staging': 'KINDE_CLIENT_ID=staging',
  }

  it('is its .env, read as Node reads it', () => {
    expect(read({ files }).env).toMatchObject({ KINDE_CLIENT_ID: 'in .env', KINDE_AUDIENCE: 'a' })
  })

  it('is that of the process first, where that says anything', () => {
    const env = { KINDE_CLIENT_ID: 'real', KINDE_AUDIENCE: '' }

    expect(read({ files }, [], env).env).toMatchObject({
      KINDE_CLIENT_ID: 'real',
      KINDE_AUDIENCE: 'a',
    })
  })

  it('has a .env.local with Next.js, which reads it', () => {
    const { env } = read({ files, packages: ['@trefoil/next'] })

    expect(env).toMatchObject({ KINDE_CLIENT_ID: 'local', KINDE_AUDIENCE: 'a' })
  })

  it('is what Nuxt reads under names of its own, with Nuxt', () => {
    const own = { '.env': 'KINDE_CLIENT_ID=a\nNUXT_TREFOIL_CLIENT_ID=b\nNUXT_TREFOIL_ISSUER=' }

    const { env } = read({ files: own, packages: ['@trefoil/nuxt'] })
    expect(env['KINDE_CLIENT_ID']).toBe('b')
    expect(env['KINDE_ISSUER_URL']).toBeUndefined()
    expect(read({ files: own }).env['KINDE_CLIENT_ID']).toBe('a')
  })

  it("tells the preset, which the command line and Nuxt's own name win over", () => {
    const preset = (text: string, packages: string[] = [], args: string[] = []): string =>
      read({ files: { '.env': text }, packages }, args).preset

    expect(preset('')).toBe('kinde')
    expect(preset('TREFOIL_PRESET=')).toBe('kinde')
    expect(preset('TREFOIL_PRESET=oidc')).toBe('oidc')
    expect(preset('TREFOIL_PRESET=oidc', [], ['--preset', 'kinde'])).toBe('kinde')
    expect(preset('NUXT_TREFOIL_PRESET=oidc', ['@trefoil/nuxt'])).toBe('oidc')
    expect(() => preset('TREFOIL_PRESET=auth0')).toThrow('TREFOIL_PRESET must be kinde, oidc')
  })

  it('is the file that is named, and no other', () => {
    const { env } = read({ files }, ['--env-file', '.env.staging'])

    expect(env['KINDE_CLIENT_ID']).toBe('staging')
    expect(env['KINDE_AUDIENCE']).toBeUndefined()
    expect(() => read({ files }, ['--env-file', 'none.env'])).toThrow('there is no such file')
  })

  it('is not read from a package.json that is none', () => {
    expect(() => read({ files: { 'package.json': '{' } })).toThrow('package.json is not JSON')
  })
})

describe('the options of the doctor', () => {
  it.each([
    [['--kind', 'spa'], '--kind must be backend, frontend, machine, api, not "spa".'],
    [['--preset', 'auth0'], '--preset must be kinde, oidc'],
    [['--app', 'localhost:3000'], '--app must be a URL such as http://localhost:3000.'],
    [['--verbose'], "Unknown option '--verbose'"],
    [['folder'], "Unexpected argument 'folder'"],
  ])('refuse %j', (args, message) => {
    expect(() => readDoctorOptions(args)).toThrow(message)
  })

  it('know where sign-ins come back to', () => {
    expect(read({}).callbackPath).toBe('/auth/callback')
    expect(read({}, ['--kind', 'frontend']).callbackPath).toBe('/callback')
    expect(read({}, ['--callback-path', '/back']).callbackPath).toBe('/back')
  })
})
