// Serves the fixture in a process of its own: Next once, and a port for each app that the contract starts.
import { createServer, type Server } from 'node:http'
import next from 'next'
import type { ContractSettings } from '@trefoil/contract'
import { closeServer, waitForPort } from './serve.ts'

/** What the tests ask this process for. */
export type Order =
  | { readonly id: number; readonly start: ContractSettings }
  | { readonly id: number; readonly stop: number }

const apps = new Map<string, ContractSettings>()
const servers = new Map<number, Server>()
Object.assign(globalThis, { contractApps: apps })

const app = next({ dev: false, dir: process.argv[2] ?? '.' })
await app.prepare()
const handle = app.getRequestHandler()

process.on('message', (order: Order) => {
  const work = 'start' in order ? start(order.start) : stop(order.stop)
  void work.then(() => process.send?.({ id: order.id }))
})
process.send?.({ id: 0 })

async function start(settings: ContractSettings): Promise<void> {
  apps.set(`localhost:${settings.port}`, settings)
  const server = createServer((request, response) => void handle(request, response))
  servers.set(settings.port, server)
  server.listen(settings.port)
  await waitForPort(server)
}

async function stop(port: number): Promise<void> {
  const server = servers.get(port)
  servers.delete(port)
  if (server) await closeServer(server)
}
