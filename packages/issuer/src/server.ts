import { once } from 'node:events'
import {
  createServer,
  IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

const largestBody = 1024 * 1024

/** A server that listens. */
export interface Listening {
  readonly server: Server
  readonly port: number
}

/** Starts to listen; a port that is taken rejects with the error of the system. */
export async function listen(
  port: number,
  host: string,
  handler: RequestListener,
): Promise<Listening> {
  const server = createServer(handler)
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  return { server, port: isAddress(address) ? address.port : port }
}

/** The URL of an issuer. As everywhere, the port of `http` itself (80) is left out. */
export function toIssuerUrl(host: string, port: number): string {
  return new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}`).origin
}

/** Stops to listen and closes every connection. */
export async function stop(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

/** Reads the body of a request; `undefined` when it is larger than any that the issuer takes. */
export async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > largestBody) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** The request as a web `Request`; `undefined` for what none can be made of, such as a `TRACE`. */
export function toRequest(
  message: IncomingMessage,
  body: Buffer,
  base: string,
): Request | undefined {
  const { method = 'GET', url = '/', rawHeaders } = message
  if (!url.startsWith('/') || !URL.canParse(`${base}${url}`)) return undefined
  if (method === 'TRACE' || method === 'TRACK') return undefined
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  }
  const hasBody = method !== 'GET' && method !== 'HEAD' && body.length > 0
  return new Request(new URL(`${base}${url}`), {
    method,
    headers,
    ...(hasBody && { body: new Uint8Array(body) }),
  })
}

/** The request once more, for a reader that has not seen its body, with another URL. */
export function replay(message: IncomingMessage, body: Buffer, url: URL): IncomingMessage {
  const copy = new IncomingMessage(message.socket)
  copy.method = message.method
  copy.url = `${url.pathname}${url.search}`
  // Whatever name this machine was called by, the provider's URLs begin with the issuer's.
  copy.headers = { ...message.headers, host: url.host }
  copy.httpVersion = message.httpVersion
  copy.httpVersionMajor = message.httpVersionMajor
  copy.httpVersionMinor = message.httpVersionMinor
  copy.push(body)
  copy.push(null)
  copy.complete = true
  return copy
}

/** Sends a web `Response`. */
export async function sendResponse(response: ServerResponse, answer: Response): Promise<void> {
  const cookies = answer.headers.getSetCookie()
  for (const [name, value] of answer.headers) response.setHeader(name, value)
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  response.writeHead(answer.status)
  response.end(Buffer.from(await answer.arrayBuffer()))
}

function isAddress(address: ReturnType<Server['address']>): address is AddressInfo {
  return typeof address === 'object' && address !== null
}
