import { TrefoilError } from './errors.ts'

/**
 * The smallest thing every framework can tell about a request without copying its body.
 *
 * `url` is absolute. Only its path and query are believed; its origin counts when it is the site's own
 * or an allowed one, and never otherwise. `header` ignores the letter case of the name.
 */
export interface RequestView {
  readonly method: string
  readonly url: string
  header(name: string): string | undefined
  /**
   * The body as text, which only the back-channel logout asks for. Rejects with `content_too_large`
   * beyond `limit` bytes; {@link readText} does that for a stream.
   */
  text?(limit: number): Promise<string>
}

/** A cookie to set; one with `maxAge` 0 is a cookie to clear. */
export interface SetCookie {
  readonly name: string
  readonly value: string
  /** Seconds; absent for a cookie that ends with the browser. */
  readonly maxAge?: number
  readonly path: string
  readonly domain?: string
  readonly secure: boolean
  readonly httpOnly: boolean
  readonly sameSite: 'lax' | 'strict'
}

/**
 * What to answer, as plain data. An adapter applies all of it in one place; a framework that speaks
 * web `Response` uses {@link toResponse}.
 */
export interface Outcome {
  readonly status: number
  /** Where a redirect goes. */
  readonly location?: string
  /** Header names are lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: readonly SetCookie[]
  readonly body?: string
  /** The error that this answer reports, for logs and for applications with pages of their own. */
  readonly error?: TrefoilError
}

/**
 * Makes a web `Response` of an {@link Outcome}.
 *
 * @example
 * const outcome = await app.handle(viewRequest(request))
 * if (outcome) return toResponse(outcome)
 */
export function toResponse(outcome: Outcome): Response {
  const headers = new Headers(outcome.headers)
  if (outcome.location !== undefined) headers.set('location', outcome.location)
  for (const cookie of outcome.cookies) headers.append('set-cookie', serializeCookie(cookie))
  return new Response(outcome.body ?? null, { status: outcome.status, headers })
}

/** Makes a {@link RequestView} of a web `Request`. */
export function viewRequest(request: Request): RequestView {
  return {
    method: request.method,
    url: request.url,
    header: (name) => request.headers.get(name) ?? undefined,
    text: async (limit) => readText(readChunks(request.body), limit),
  }
}

/**
 * Reads a stream of bytes as text, for {@link RequestView.text}. Rejects with `content_too_large` as
 * soon as there are more than `limit` bytes; the rest is not read.
 */
export async function readText(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > limit) throw new TrefoilError('content_too_large')
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

// Not every runtime can iterate over a web stream.
async function* readChunks(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader()
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    yield part.value
  }
}

/**
 * Writes a cookie as the value of a `Set-Cookie` header (RFC 6265 section 4.1).
 *
 * Throws `TypeError` for a name, value, path or domain with a character that would end it and begin
 * something else.
 */
export function serializeCookie(cookie: SetCookie): string {
  const { name, value, path, domain = '' } = cookie
  const isClean = isToken(name) && isCookieValue(value) && isAttribute(path) && isAttribute(domain)
  if (!isClean) throw new TypeError('a cookie may not hold separators or control characters')
  const parts = [`${cookie.name}=${cookie.value}`, `Path=${cookie.path}`]
  if (cookie.maxAge !== undefined) parts.push(`Max-Age=${cookie.maxAge}`)
  if (cookie.domain !== undefined) parts.push(`Domain=${cookie.domain}`)
  if (cookie.httpOnly) parts.push('HttpOnly')
  if (cookie.secure) parts.push('Secure')
  parts.push(`SameSite=${cookie.sameSite === 'strict' ? 'Strict' : 'Lax'}`)
  return parts.join('; ')
}

function isToken(text: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(text)
}

function isCookieValue(text: string): boolean {
  return /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(text)
}

function isAttribute(text: string): boolean {
  return /^[\x20-\x3a\x3c-\x7e]*$/.test(text)
}
