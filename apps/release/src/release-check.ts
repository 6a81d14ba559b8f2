import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkConsumers } from './check-consumers.ts'
import { choose, type Consumer, consumers } from './consumers.ts'
import { type Options, readOptions, usage } from './options.ts'
import { packHere, type PackageSource } from './package-source.ts'
import { publishToLoopback } from './publish.ts'

const options = readOptions(process.argv.slice(2))
if (options === 'help') console.log(usage)
else process.exitCode = await run(options)

async function run(asked: Options): Promise<number> {
  try {
    return await main(asked)
  } catch (error) {
    // What went wrong before there was a consumer: a build, the registry.
    console.error(error instanceof Error ? error.message : error)
    return 1
  }
}

function print(line: string): void {
  console.log(`      ${line}`)
}

async function main({ only, quick, fromTarballs, keep }: Options): Promise<number> {
  const chosen = choose(only, quick)
  if (chosen.length === 0) {
    console.error(
      `There is no such consumer. Known: ${consumers.map(({ name }) => name).join(', ')}.`,
    )
    return 1
  }
  const folder = mkdtempSync(join(tmpdir(), 'trefoil-release-'))
  try {
    const needed = chosen.length === consumers.length ? ['./packages/*'] : listNeeded(chosen)
    const source = fromTarballs
      ? await packHere(join(folder, 'tarballs'), listNeeded(chosen))
      : await publishToLoopback(folder, needed, print)
    return await checkAll(folder, chosen, source)
  } finally {
    if (keep) console.log(`Left: ${folder}`)
    else rmSync(folder, { recursive: true, force: true })
  }
}

function listNeeded(chosen: readonly Consumer[]): string[] {
  const needed = chosen.flatMap((consumer) => [consumer.package, ...(consumer.needs ?? [])])
  return [...new Set(['@trefoil/issuer', ...needed])]
}

async function checkAll(
  folder: string,
  chosen: readonly Consumer[],
  source: PackageSource,
): Promise<number> {
  try {
    return await checkConsumers(folder, chosen, source)
  } finally {
    await source.stop()
  }
}
