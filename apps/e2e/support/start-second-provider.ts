// Starts the second provider for the demos on their usual ports, and prints the environment that points the
// specs at it: a rehearsal of what a provider of one's own takes.
import { portableDemos } from './demos.ts'
import { startSecondProvider } from './second-provider.ts'

const port = Number(process.env['PORT'] || 4510)
const listSites = (kind: string): string[] =>
  portableDemos.filter((demo) => demo.kind === kind).map((demo) => `http://localhost:${demo.port}`)

const provider = await startSecondProvider(port, {
  backend: listSites('backend'),
  frontend: listSites('frontend'),
})
for (const [name, value] of Object.entries(provider.environment)) console.log(`${name}='${value}'`)
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void provider.stop())
