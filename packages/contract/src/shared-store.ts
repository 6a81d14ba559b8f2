import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'

/** A store for several servers, with a lock. What it is given it keeps. */
export interface SharedStore {
  readonly url: string
  /** Whether it answers nobody. */
  isDown: boolean
  close(): Promise<void>
}

/** Serves a {@link SharedStore}; the adapters' fixtures have its client. */
export async function serveStore(): Promise<SharedStore> {
  const answer = createAnswers()
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call: unknown = await json(request)
    response.statusCode = store.isDown ? 503 : 200
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(store.isDown ? {} : { value: answer(call) }))
  }
  const server = createServer((request, response) => void respond(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const store: SharedStore = {
    url: `http://127.0.0.1:${port}`,
    isDown: false,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return store
}

function createAnswers(): (call: unknown) => string | undefined {
  const entries = new Map<string, string>()
  // By its name the id of who has a lock.
  const locks = new Map<string, string>()
  return (call) => {
    const [method = '', key = '', value = ''] = Array.isArray(call) ? call.map(String) : []
    if (method === 'get') return entries.get(key)
    if (method === 'set') entries.set(key, value)
    if (method === 'delete') entries.delete(key)
    if (method === 'unlock') for (const [name, id] of locks) if (id === key) locks.delete(name)
    if (method !== 'lock' || locks.has(key)) return undefined
    const id = crypto.randomUUID()
    locks.set(key, id)
    return id
  }
}
