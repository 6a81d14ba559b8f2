// Must start on Node 18: what needs a newer one is imported once the toolchain is known to be there.
import { bootstrap } from './src/bootstrap.mjs'

const [task = 'start', ...rest] = process.argv.slice(2)

/** @type {Record<string, () => Promise<(args: readonly string[]) => Promise<number>>>} */
const tasks = {
  start: async () => (await import('./src/start.mjs')).start,
  test: async () => (await import('./src/test.mjs')).test,
  machine: async () => (await import('./src/machine.mjs')).runMachine,
}

process.exitCode = await main()

async function main() {
  const load = tasks[task]
  if (!load) {
    console.error(`There is no task "${task}". Known: ${Object.keys(tasks).join(', ')}.`)
    return 1
  }
  const finished = await bootstrap([task, ...rest])
  if (finished !== undefined) return finished
  const run = await load()
  return run(rest)
}
