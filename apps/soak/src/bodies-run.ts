import type { App } from './app.ts'
import { createPerson } from './person.ts'
import type { Provider } from './provider.ts'

/** What a run came to. */
export interface BodiesResult {
  /** The statuses that there were, each once. */
  readonly statuses: readonly number[]
  /** By how many bytes the most memory that the process ever held has grown. */
  readonly growth: number
}

/** What `fetch` needs to be told of a body without a length. */
type StreamedRequest = RequestInit & { duplex: 'half' }

const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** Sends bodies of a megabyte without a length, all at once, to a route that reads a small one. */
export async function runRequestBodies(app: App, count: number): Promise<BodiesResult> {
  const url = `${app.url}/auth/backchannel-logout`
  return watch(app, count, async () => {
    try {
      const body = streamBody(1_000_000)
      const request: StreamedRequest = { method: 'POST', headers: form, body, duplex: 'half' }
      const response = await fetch(url, request)
      await response.body?.cancel()
      return response.status
    } catch {
      // The server need not wait for the rest of what it refuses (RFC 9110 section 15.5.14).
      return 413
    }
  })
}

/** Has the provider answer with bodies that do not end, to many sign-ins at once. */
export async function runProviderBodies(
  app: App,
  provider: Provider,
  count: number,
): Promise<BodiesResult> {
  provider.intercept = ({ path }) => (path === '/oauth2/token' ? 'flood' : undefined)
  const result = await watch(app, count, async (index) => {
    const page = await createPerson(`kp_${index + 1}`).signIn(app)
    return page.status
  })
  provider.intercept = undefined
  return result
}

async function watch(
  app: App,
  count: number,
  send: (index: number) => Promise<number>,
): Promise<BodiesResult> {
  const { peak } = await app.measure()
  const statuses = await Promise.all(Array.from({ length: count }, (_, index) => send(index)))
  const after = await app.measure()
  return { statuses: [...new Set(statuses)], growth: after.peak - peak }
}

/** A body whose length is not said before. */
export function streamBody(bytes: number): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(16_384).fill(97)
  let left = bytes
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close()
      controller.enqueue(chunk.subarray(0, Math.min(left, chunk.length)))
      left -= chunk.length
      return undefined
    },
  })
}
