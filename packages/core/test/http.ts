import {
  createServer,
  type IncomingMessage,
  request as send,
  type Server,
  type ServerResponse,
} from 'node:http'

/** Answers web requests. */
export type Handler = (request: Request) => Response | Promise<Response>

/** A server on a free port of loopback. */
export interface TestServer {
  readonly origin: string
  /** What answers; set it when the origin is known. */
  handler: Handler
  close(): Promise<void>
}

/** Starts a {@link TestServer} on plain `node:http`. */
export async function startServer(): Promise<TestServer> {
  const server = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing, test)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const test: TestServer = {
    origin: `http://127.0.0.1:${portOf(server)}`,
    handler: () => new Response('not ready', { status: 503 }),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return test
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { handler, origin }: TestServer,
): Promise<void> {
  const response = await handler(await toRequest(incoming, origin))
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') outgoing.setHeader(name, value)
  }
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies)
  outgoing.writeHead(response.status)
  outgoing.end(await response.text())
}

// The bridge that a plain server needs: `node:http` in, `Request` out.
async function toRequest(incoming: IncomingMessage, origin: string): Promise<Request> {
  const { method = 'GET', url = '/', headers } = incoming
  const sent = new Headers()
  for (const [name, value] of Object.entries(headers)) sent.set(name, String(value))
  const body: Uint8Array[] = []
  for await (const chunk of incoming) body.push(chunk)
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(new URL(url, origin), {
    method,
    headers: sent,
    ...(hasBody && { body: Buffer.concat(body) }),
  })
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** What came back over a socket. */
export interface Answer {
  readonly status: number
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Sends one request over a socket; `fetch` would say itself that it is no navigation. */
export async function ask(
  url: string | URL,
  options: { method?: string; headers?: Readonly<Record<string, string>>; body?: string } = {},
): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = options
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    send(url, { method, headers }, resolve).on('error', reject).end(body)
  })
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  return {
    status: response.statusCode ?? 0,
    url: new URL(url),
    headers: response.headers,
    body: text,
  }
}

/** A browser over sockets: it follows redirects and keeps the cookies of each origin. */
export interface SocketBrowser {
  cookies(origin: string): Map<string, string>
  go(
    url: string | URL,
    options?: { method?: string; headers?: Readonly<Record<string, string>> },
  ): Promise<Answer>
}

/** Makes a {@link SocketBrowser}. */
export function createSocketBrowser(): SocketBrowser {
  const jars = new Map<string, Map<string, string>>()
  const cookies = (origin: string): Map<string, string> => {
    const jar = jars.get(origin) ?? new Map<string, string>()
    jars.set(origin, jar)
    return jar
  }
  const visit: SocketBrowser['go'] = async (target, { method = 'GET', headers = {} } = {}) => {
    const url = new URL(target)
    const jar = cookies(url.origin)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await ask(url, {
      method,
      headers: {
        accept: 'text/html',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
        ...(cookie !== '' && { cookie }),
        ...headers,
      },
    })
    for (const text of answer.headers['set-cookie'] ?? []) keep(text, jar)
    const { location } = answer.headers
    return location === undefined ? answer : visit(new URL(location, url))
  }
  return { cookies, go: visit }
}

function keep(text: string, jar: Map<string, string>): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? []
  if (/; Max-Age=0(;|$)/.test(text)) jar.delete(name)
  else jar.set(name, value)
}
