import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { pipeline, type Readable } from 'node:stream'
import { createUnzip } from 'node:zlib'

const platformFetch = globalThis.fetch
const bodiless = [101, 204, 205, 304]

/**
 * The `fetch` for requests to the authorization server: on Node its `node:http`, which takes half a
 * millisecond less for a token request. Where another global `fetch` stands at the moment, that one has
 * the say: somebody put it there.
 *
 * It follows no redirect and sends nothing of its own accord. The global agent serves it, which heeds
 * `NODE_USE_ENV_PROXY`.
 */
export const providerFetch: typeof fetch = async (input, init = {}) => {
  const { body = null } = init
  const isText = body === null || typeof body === 'string' || body instanceof URLSearchParams
  if (globalThis.fetch !== platformFetch || input instanceof Request || !isText) {
    return fetch(input, init)
  }
  const message = await send(new URL(input), init, body === null ? '' : String(body))
  try {
    return toResponse(message)
  } catch (error) {
    message.destroy()
    throw error
  }
}

async function send(url: URL, init: RequestInit, body: string): Promise<IncomingMessage> {
  const { method = 'GET', signal } = init
  const headers = new Headers(init.headers)
  headers.set('accept-encoding', 'identity')
  if (body !== '') headers.set('content-length', String(Buffer.byteLength(body)))
  const options = { method, headers: Object.fromEntries(headers), ...(signal && { signal }) }
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    request(url, options, resolve).on('error', reject).end(body)
  })
}

function toResponse(message: IncomingMessage): Response {
  const { statusCode: status = 0, rawHeaders } = message
  const headers = new Headers()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '')
  }
  if (bodiless.includes(status)) {
    message.resume()
    return new Response(null, { status, headers })
  }
  return new Response(toStream(unpack(message, headers)), { status, headers })
}

// Nothing compressed was asked for, and some servers have nothing else.
function unpack(message: IncomingMessage, headers: Headers): Readable {
  if (!/^(x-)?gzip$|^deflate$/i.test(headers.get('content-encoding') ?? '')) return message
  // Who reads is told by the stream's own error.
  return pipeline(message, createUnzip(), () => undefined)
}

function toStream(readable: Readable): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = readable[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await chunks.return?.()
    },
  })
}
