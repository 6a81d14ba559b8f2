import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { navigation } from './visit.ts'

/** What a site answered a person's browser. */
export interface Page {
  readonly status: number
  /** Where a redirect leads; absent where the answer is none. */
  readonly target: URL | undefined
  /** The `Set-Cookie` headers. */
  readonly cookies: readonly string[]
  readonly text: string
}

const timeout = 10_000
const mostBytes = 256 * 1024

/**
 * Goes to a page as a browser does, without following a redirect; `undefined` when nobody answers. It is
 * not `fetch`, which would say of itself in `Sec-Fetch-Mode` that it is no person.
 */
export function browse(url: URL): Promise<Page | undefined> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const signal = AbortSignal.timeout(timeout)
  return new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { headers: navigation, signal })
      .once('response', resolve)
      .once('error', reject)
      .end()
  })
    .then((message) => readPage(url, message))
    .catch(() => undefined)
}

async function readPage(url: URL, message: IncomingMessage): Promise<Page> {
  const { statusCode = 0, headers } = message
  const { location = '' } = headers
  let text = ''
  message.setEncoding('utf8')
  for await (const chunk of message) {
    text += String(chunk)
    if (text.length > mostBytes) break
  }
  return {
    status: statusCode,
    target: location !== '' && URL.canParse(location, url) ? new URL(location, url) : undefined,
    cookies: headers['set-cookie'] ?? [],
    text,
  }
}
