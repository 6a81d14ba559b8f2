import { connect, createServer, type Socket } from 'node:net'
import { listen } from './listen.ts'

/** Stands before a server and makes trouble on the wire. */
export interface TcpProxy {
  /** The server's URL with the proxy in its place. */
  readonly url: string
  /** Breaks every connection and refuses new ones. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Holds every answer back for so many milliseconds; 0 ends that. */
  delay(milliseconds: number): void
  /** Loses the next answer, so that every later one is taken for the one before it. */
  dropNext(): void
}

/** Starts a {@link TcpProxy} before a Redis. */
export async function startTcpProxy(targetUrl: string): Promise<TcpProxy> {
  const url = new URL(targetUrl)
  const target = { host: url.hostname, port: Number(url.port || 6379) }
  const sockets = new Set<Socket>()
  let wait = 0
  let isDropping = false
  const server = createServer((near) => {
    const far = connect(target)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    near.pipe(far)
    // One after the other, so that a chunk never overtakes the one before.
    let last = Promise.resolve()
    far.on('data', (chunk) => {
      if (isDropping) {
        isDropping = false
        return
      }
      const due = performance.now() + wait
      last = last.then(async () => {
        const rest = due - performance.now()
        if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest))
        near.write(chunk)
        return undefined
      })
    })
  })
  const port = await listen(server)
  url.host = `127.0.0.1:${port}`
  const stop = async (): Promise<void> => {
    if (!server.listening) return
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return {
    url: url.href,
    stop,
    start: async () => void (await listen(server, port)),
    delay: (milliseconds) => void (wait = milliseconds),
    dropNext: () => void (isDropping = true),
  }
}
