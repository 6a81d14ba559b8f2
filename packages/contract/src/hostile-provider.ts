import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createFakeProvider, type FakeProvider } from '../../core/test/fake-provider.ts'

/** Answers a request by hand, on the wire. */
export type WireAnswer = (message: IncomingMessage, response: ServerResponse) => void

/**
 * A provider over real HTTP that does as it is told. It behaves well until a test spoils one thing: an
 * answer (`on`, `tokenAnswer`, `metadata`, `keys`), a token (signed by itself with any claims), or how
 * it travels (`onWire`).
 */
export interface HostileProvider extends FakeProvider {
  /** How many requests came to a path, those answered on the wire included. */
  hits(path: string): number
  /** Answers a path on the wire; returns the undo. */
  onWire(path: string, answer: WireAnswer): () => void
  close(): Promise<void>
}

/** Starts a {@link HostileProvider} on a free port of the loopback. */
export async function startHostileProvider(clientId: string): Promise<HostileProvider> {
  const wires = new Map<string, WireAnswer>()
  const hits = new Map<string, number>()
  let provider: FakeProvider | undefined
  const server = createServer((message, response) => {
    const path = new URL(message.url ?? '/', 'http://localhost').pathname
    hits.set(path, (hits.get(path) ?? 0) + 1)
    const wire = wires.get(path)
    if (wire) wire(message, response)
    else if (provider) void answer(message, response, provider)
  })
  server.listen(0)
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.')
  provider = await createFakeProvider({ issuer: `http://localhost:${address.port}`, clientId })
  return Object.assign(provider, {
    hits: (path: string) => hits.get(path) ?? 0,
    onWire(path: string, wire: WireAnswer): () => void {
      wires.set(path, wire)
      return () => void wires.delete(path)
    },
    async close(): Promise<void> {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  })
}

async function answer(
  message: IncomingMessage,
  response: ServerResponse,
  provider: FakeProvider,
): Promise<void> {
  const { method = 'GET', url = '/', rawHeaders } = message
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of message) chunks.push(chunk)
  const body = new Uint8Array(Buffer.concat(chunks))
  const given = await provider.fetch(`${provider.issuer}${url}`, {
    method,
    headers,
    ...(method === 'POST' && { body }),
  })
  response.writeHead(given.status, Object.fromEntries(given.headers))
  response.end(new Uint8Array(await given.arrayBuffer()))
}
