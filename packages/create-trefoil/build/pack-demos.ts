import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createSeed } from '@trefoil/issuer'
import { type Demo, packedNames } from '../src/demos.ts'
import { readManifest, writeManifest } from './manifest.ts'
import { type Plan, plans } from './plans.ts'

const ignored = `node_modules/
dist/
.next/
.nuxt/
.output/
next-env.d.ts
*.tsbuildinfo
.env
.env.*
!.env.example
`

/**
 * Copies every finished demo of `apps/` into a folder, as `create-trefoil` hands it out, with a list of
 * them. Only what git knows is taken, so no secret of a developer's goes along.
 *
 * Throws when a demo could not stand alone.
 */
export function packDemos(root: string, target: string): void {
  rmSync(target, { recursive: true, force: true })
  const demos = plans.flatMap((plan) => {
    const files = listFiles(root, plan.name)
    return isFinished(files) ? [packDemo(root, target, plan, files)] : []
  })
  writeFileSync(join(target, 'demos.json'), `${JSON.stringify(demos, null, 2)}\n`)
  writeFileSync(join(target, 'pnpm-workspace.yaml'), readBuildDecisions(root))
}

// pnpm refuses to install while an install script is neither allowed nor refused.
function readBuildDecisions(root: string): string {
  const settings = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')
  const [block] = /^# Every install script.*\nallowBuilds:\n(?: +.*\n)+/m.exec(settings) ?? []
  if (block === undefined) throw new Error('pnpm-workspace.yaml decides no install scripts.')
  return block
}

// One that is being built has neither.
function isFinished(files: readonly string[]): boolean {
  const hasSources = files.some((file) => /^(src|app)\//.test(file))
  return hasSources && files.includes('README.md') && files.includes('.env.example')
}

function listFiles(root: string, name: string): string[] {
  const folder = join(root, 'apps', name)
  if (!existsSync(folder)) return []
  const output = execFileSync('git', ['ls-files', '-z'], { cwd: folder, encoding: 'utf8' })
  return output.split('\0').filter((file) => file !== '' && existsSync(join(folder, file)))
}

function packDemo(root: string, target: string, plan: Plan, files: readonly string[]): Demo {
  const source = join(root, 'apps', plan.name)
  const folder = join(target, plan.name)
  for (const file of files) copyFile(join(source, file), join(folder, rename(file)))
  writeManifest(source, folder)
  if (!files.includes('.gitignore')) writeFileSync(join(folder, rename('.gitignore')), ignored)
  cpSync(join(root, 'LICENSE'), join(folder, rename('LICENSE')))
  for (const file of files.filter((name) => /^tsconfig.*\.json$/.test(name))) {
    assertStandalone(join(source, file))
  }
  return describeDemo(plan, source)
}

function copyFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  cpSync(from, to)
  if (!to.endsWith('.md')) return
  // Its neighbors stay behind.
  const text = readFileSync(to, 'utf8')
  writeFileSync(
    to,
    text.replaceAll('](../', '](https://github.com/trefoil-auth/trefoil/tree/main/apps/'),
  )
}

function rename(file: string): string {
  return packedNames[file] ?? file
}

// A demo is to be read and copied by hand as well, so it inherits nothing from the repository.
function assertStandalone(file: string): void {
  if (/"(extends|path)":\s*"\.\.\//.test(readFileSync(file, 'utf8'))) {
    throw new Error(`${file} reaches out of its folder: a demo stands alone.`)
  }
}

function describeDemo({ application: id, ...plan }: Plan, source: string): Demo {
  const example = readFileSync(join(source, '.env.example'), 'utf8')
  const { applications } = createSeed()
  const application = applications.find((entry) => entry.id === id)
  if (id !== undefined && !application) throw new Error(`The seed has no application ${id}.`)
  const machine = applications.find((entry) => entry.id === 'machine-demo')
  return {
    ...plan,
    kind: application?.kind ?? 'api',
    callbackUrl: application?.callbackUrls[0],
    logoutUrl: application?.logoutUrls[0],
    node: readManifest(source).engines.node,
    callsApi: /^API_URL=/m.test(example),
    localEnvironment: choose(example, {
      KINDE_CLIENT_ID: application?.id,
      KINDE_CLIENT_SECRET: application?.secret,
      KINDE_M2M_CLIENT_ID: machine?.id,
      KINDE_M2M_CLIENT_SECRET: machine?.secret,
    }),
  }
}

function choose(
  example: string,
  values: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const named = Object.entries(values).flatMap(([name, value]) =>
    value !== undefined && new RegExp(`^${name}=`, 'm').test(example) ? [[name, value]] : [],
  )
  return Object.fromEntries(named)
}
