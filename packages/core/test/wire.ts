import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { createFakeProvider, type FakeProvider } from './fake-provider.ts'

/** Spoils the answer to a request on the wire. */
export type Fault = (response: ServerResponse, socket: Socket) => void

/** A {@link FakeProvider} behind a real socket on this machine. */
export interface Wire {
  readonly fake: FakeProvider
  /** Spoils the answers of a path from now on. */
  spoil(path: string, fault: Fault): void
  close(): Promise<void>
}

/** Starts a {@link Wire} on a free port. */
export async function createWire(clock: () => number): Promise<Wire> {
  const faults = new Map<string, Fault>()
  const server = createServer((request, response) => void answer(request, response))
  const issuer = await listen(server)
  const fake = await createFakeProvider({ clock, issuer })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request
    const body: Uint8Array[] = []
    for await (const part of request) body.push(part)
    const fault = faults.get(new URL(url, issuer).pathname)
    const init = { method, headers: toHeaders(headers), body: Buffer.concat(body) }
    const { body: _body, ...bodiless } = init
    const sent = await fake.fetch(`${issuer}${url}`, method === 'GET' ? bodiless : init)
    if (fault) return fault(response, request.socket)
    response.writeHead(sent.status, Object.fromEntries(sent.headers))
    response.end(Buffer.from(await sent.arrayBuffer()))
  }

  return {
    fake,
    spoil: (path, fault) => void faults.set(path, fault),
    close: async () => close(server),
  }
}

/** Starts a server that counts who comes, where nobody should. */
export async function createTrap(): Promise<{
  url: string
  visits: string[]
  close(): Promise<void>
}> {
  const visits: string[] = []
  const server = createServer((request, response) => {
    visits.push(`${request.method} ${request.url}`)
    response.end('{}')
  })
  return { url: await listen(server), visits, close: async () => close(server) }
}

const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
let stacked: Buffer = Buffer.from('{"access_token":"a","token_type":"bearer"}')
for (let layer = 0; layer < 20; layer++) stacked = gzipSync(stacked)

/** Faults by name. */
export const faults = {
  hang: () => undefined,
  drip(response) {
    response.writeHead(200, { 'content-type': 'application/json' })
    const timer = setInterval(() => response.write(' '), 5)
    response.on('close', () => clearInterval(timer))
  },
  truncate(response) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"access_token":"access-7",', () => response.destroy())
  },
  reset: (_response, socket) => void socket.resetAndDestroy(),
  garble: (_response, socket) => void socket.end('this is not HTTP at all\r\n\r\n'),
  bomb(response) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    response.end(bomb)
  },
  stack(response) {
    const encodings = Array.from({ length: 20 }, () => 'gzip').join(', ')
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encodings })
    response.end(stacked)
  },
  flood(response) {
    response.writeHead(200, { 'content-type': 'application/json' })
    const part = 'x'.repeat(65_536)
    const more = (): void => {
      while (!response.destroyed && response.write(part));
    }
    response.on('drain', more)
    more()
  },
} as const satisfies Readonly<Record<string, Fault>>

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => {
    server.close(resolve)
  })
}

function toHeaders(headers: IncomingMessage['headers']): Headers {
  const { host: _host, connection: _connection, ...others } = headers
  const result = new Headers()
  for (const [name, value] of Object.entries(others)) result.set(name, String(value))
  return result
}
