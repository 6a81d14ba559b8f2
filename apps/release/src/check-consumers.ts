import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { companions, type Consumer } from './consumers.ts'
import { consume } from './consume.ts'
import { type Site, startIssuer } from './issuer.ts'
import type { PackageSource } from './package-source.ts'
import { listProjects, playSpecs } from './specs.ts'

/** Plays all consumers, then the end-to-end specs on those that are demos. Gives the exit code. */
export async function checkConsumers(
  folder: string,
  chosen: readonly Consumer[],
  source: PackageSource,
): Promise<number> {
  const copies = join(folder, 'demos')
  mkdirSync(copies)
  const issuer = await startIssuer(join(folder, 'issuer'), source, chosen)
  const failed: Consumer[] = []
  const play = async (site: Site): Promise<void> => {
    const { name, demo } = site.consumer
    // The specs look for a demo by its name.
    const place = demo === undefined ? join(folder, name) : join(copies, demo)
    const isGood = await time(name, describe(site.consumer), () =>
      consume(site, issuer.url, source, place),
    )
    if (!isGood) failed.push(site.consumer)
  }
  try {
    await inLanes(issuer.sites.map((site) => () => play(site)))
  } finally {
    await issuer.stop()
  }
  const arePlayed = await checkSpecs(copies, chosen, failed, source)
  return failed.length === 0 && arePlayed ? 0 : 1
}

/** Whether the specs pass, or there are none to play. */
async function checkSpecs(
  copies: string,
  chosen: readonly Consumer[],
  failed: readonly Consumer[],
  source: PackageSource,
): Promise<boolean> {
  const good = chosen.filter((consumer) => !failed.includes(consumer))
  const made = good.flatMap(({ demo }) => demo ?? [])
  const projects = listProjects(made)
  if (projects.length === 0) return true
  const missing = companions.filter((name) => !made.includes(name))
  return time('end-to-end specs', `pass on ${projects.join(', ')}`, async () => {
    if (missing.length > 0) throw new Error(`They need the demos ${missing.join(', ')}.`)
    await playSpecs(source.checkout, copies, projects)
  })
}

/** Beside each other, as many as the machine can; each waits for the network and for its own processes. */
async function inLanes(tasks: readonly (() => Promise<void>)[]): Promise<void> {
  const queue = tasks.values()
  const work = async (): Promise<void> => {
    // oxlint-disable-next-line no-await-in-loop -- one after the other within a lane
    for (const task of queue) await task()
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
}

function describe({ kind, start, asks }: Consumer): string {
  if (!start) return 'installs, builds'
  const end = asks ? 'answers' : kind === 'machine' ? 'is answered' : 'signs in'
  return `installs, type-checks, builds, ${end}`
}

/** Prints how it went and how long it took, and says whether it went well. */
async function time(name: string, what: string, act: () => Promise<void>): Promise<boolean> {
  const start = performance.now()
  const report = (mark: string, rest: string): void => {
    const seconds = ((performance.now() - start) / 1_000).toFixed(1)
    console.log(`${mark}  ${name.padEnd(18)}  ${what} (${seconds} s)${rest}`)
  }
  try {
    await act()
    report('ok  ', '')
    return true
  } catch (error) {
    const text = String(error instanceof Error ? error.message : error)
    report('FAIL', `\n${text.replaceAll(/^/gm, '      ')}`)
    return false
  }
}
