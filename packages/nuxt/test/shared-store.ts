import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { createMemoryStore } from '@trefoil/core'

/** A store for several servers, with a lock. */
export interface SharedStore {
  readonly url: string
  /** Whether it answers nobody. */
  isDown: boolean
  close(): Promise<void>
}

/** Serves a {@link SharedStore}; the fixture `app` has its client. */
export async function serveStore(): Promise<SharedStore> {
  const answer = createAnswers()
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call: unknown = await json(request)
    response.statusCode = store.isDown ? 503 : 200
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(store.isDown ? {} : { value: await answer(call) }))
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

function createAnswers(): (call: unknown) => Promise<string | undefined> {
  const memory = createMemoryStore()
  const locks = new Map<string, () => Promise<void>>()
  return async (call) => {
    const [method = '', key = '', ...rest] = Array.isArray(call) ? call.map(String) : []
    if (method === 'get') return memory.get(key)
    if (method === 'set') await memory.set(key, rest[0] ?? '', Number(rest[1]))
    if (method === 'delete') await memory.delete(key)
    if (method === 'unlock') await locks.get(key)?.()
    const release = method === 'lock' ? await memory.lock?.(key, Number(rest[0])) : undefined
    if (!release) return undefined
    const id = crypto.randomUUID()
    locks.set(id, release)
    return id
  }
}
