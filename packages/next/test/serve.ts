import { once } from 'node:events'
import type { Server } from 'node:http'

/** Waits until a server listens. */
export async function waitForPort(server: Server): Promise<void> {
  if (!server.listening) await once(server, 'listening')
}

/** Closes a server with every connection. */
export async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
