import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadContender } from '../harness/app.ts'
import type { Bench, Measure, Row } from '../harness/measure.ts'
import { peers } from '../harness/peers.ts'
import { interleave, median } from '../harness/statistics.ts'
import { findContenders, firstLine } from './compare.ts'

/**
 * What is installed and how long it takes to import, over a process that imports nothing. Express is
 * there already, as in the application that somebody adds a contender to, and counts for nobody.
 */
export const install: Measure = {
  name: 'install',
  async run(bench) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-install-'))
    try {
      return await measureIn(folder, bench)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

const work = 'install and import'

interface Subject {
  readonly name: string
  readonly folder: string
  readonly script: string
  readonly packages: number
  readonly bytes: number
}

const nothing: Subject = { name: 'nothing', folder: '.', script: '', packages: 0, bytes: 0 }

async function measureIn(folder: string, bench: Bench): Promise<Row[]> {
  bench.say(`${work}: express`)
  npmInstall(folder, [versioned('express')])
  const subjects: Subject[] = [nothing]
  const rows: Row[] = []
  for (const name of await findContenders(bench, ({ install }) => install !== undefined)) {
    bench.say(`${work}: ${name}`)
    try {
      subjects.push(await prepare(name, folder))
    } catch (error) {
      rows.push({ work, who: name, figure: `not installed: ${firstLine(error)}` })
    }
  }
  const samples = await interleave(subjects, bench.isQuick ? 5 : 21, async (subject) =>
    timeImport(subject),
  )
  const empty = median(samples.get(nothing) ?? [])
  const measured = subjects
    .filter((subject) => subject !== nothing)
    .map((subject) => toRow(subject, median(samples.get(subject) ?? []) - empty))
  return [...measured, ...rows]
}

function toRow({ name, packages, bytes }: Subject, milliseconds: number): Row {
  const megabytes = bytes / 1_000_000
  return {
    work,
    who: name,
    figure: `${packages} packages, ${megabytes.toFixed(2)} MB, ${Math.round(milliseconds)} ms`,
    ...(name === 'trefoil' && {
      goal: 'at most 4 packages, 1 MB, 40 ms',
      isMet: packages <= 4 && megabytes <= 1 && milliseconds <= 40,
    }),
    details: { packages, bytes, milliseconds },
  }
}

async function prepare(name: string, parent: string): Promise<Subject> {
  const { install } = await loadContender(name)
  if (!install) throw new Error(`${name} says nothing of its installation`)
  const folder = join(parent, name)
  const sources = name === 'trefoil' ? packTrefoil(parent) : install.packages.map(versioned)
  npmInstall(folder, sources)
  const script = install.modules.map((module) => `await import('${module}')`).join('\n')
  return { name, folder, script, ...weigh(join(folder, 'node_modules')) }
}

function versioned(name: string): string {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', peers), 'utf8'))
  const version: unknown = dependencies[name]
  if (typeof version !== 'string') throw new Error(`peers/package.json does not name ${name}`)
  return `${name}@${version}`
}

// What would be published, not what the workspace links.
function packTrefoil(folder: string): string[] {
  for (const name of ['core', 'express']) {
    const cwd = fileURLToPath(new URL(`../../../../packages/${name}/`, import.meta.url))
    run('pnpm', ['pack', '--pack-destination', folder], cwd)
  }
  const tarballs = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  return tarballs.map((file) => join(folder, file))
}

function npmInstall(folder: string, sources: readonly string[]): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps']
  run('npm', ['install', ...flags, ...sources], folder)
}

function run(command: string, parameters: readonly string[], cwd: string): void {
  const shell = process.platform === 'win32'
  const { status, stderr } = spawnSync(command, parameters, { cwd, shell, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${parameters[0]} failed: ${stderr}`)
}

function weigh(folder: string): { packages: number; bytes: number } {
  const lock = JSON.parse(readFileSync(join(folder, '.package-lock.json'), 'utf8'))
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const bytes = entries
    .filter((entry) => entry.isFile() && entry.name !== '.package-lock.json')
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
  return { packages: Object.keys(lock.packages).length, bytes }
}

async function timeImport({ folder, script }: Subject): Promise<number> {
  const startedAt = performance.now()
  const parameters = ['--input-type=module', '--eval', script]
  const { status, stderr } = spawnSync(process.execPath, parameters, {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the import failed: ${stderr}`)
  return performance.now() - startedAt
}
