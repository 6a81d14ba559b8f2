import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A real HTTP server on this machine. */
export interface Server {
  readonly url: string
  /** What was asked, in order. */
  readonly requests: IncomingMessage[]
  /** How many connections are open. */
  connections(): number
  close(): Promise<void>
}

/** Answers a request, or does to its socket what a broken server would. */
export type Behavior = (request: IncomingMessage, response: ServerResponse) => void

/** Starts a {@link Server} on a free port. */
export async function startServer(behave: Behavior): Promise<Server> {
  const requests: IncomingMessage[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    requests.push(request)
    behave(request, response)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    connections: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
