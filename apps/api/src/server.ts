import type { AddressInfo } from 'node:net'
import { type Api, createApi } from './app.ts'
import { readSettings, type Settings, SettingsError } from './settings.ts'

/** How long requests in flight may take when the server is asked to stop, in milliseconds. */
const grace = 5_000

const { settings, server, endSubscriptions } = await start()
server.on('error', (error) => fail([describeListenError(error, settings.port)]))
server.listen(settings.port, () => {
  console.log(`Reports API on http://localhost:${readPort(server.address())}`)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop)

async function start(): Promise<Api & { settings: Settings }> {
  try {
    const read = readSettings(process.env)
    return { settings: read, ...(await createApi(read)) }
  } catch (error) {
    if (error instanceof SettingsError) return fail(error.problems)
    throw error
  }
}

function fail(problems: readonly string[]): never {
  const list = problems.map((problem) => `  - ${problem}`).join('\n')
  console.error(`The reports API cannot start:\n${list}\nSee .env.example for every setting.`)
  process.exit(1)
}

function describeListenError(error: Error, port: number): string {
  const isTaken = 'code' in error && error.code === 'EADDRINUSE'
  return isTaken ? `Port ${port} is taken: set PORT to another one.` : error.message
}

function readPort(address: string | AddressInfo | null): number {
  return typeof address === 'object' && address ? address.port : settings.port
}

function stop(): void {
  void endSubscriptions()
  server.close()
  server.closeIdleConnections()
  setTimeout(() => server.closeAllConnections(), grace).unref()
}
