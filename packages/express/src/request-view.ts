import { readText, type RequestView } from '@trefoil/core'
import type { Request } from 'express'

/**
 * Views an Express request as the core does: its whole URL, also below a sub-router, with the protocol
 * and host that the setting `trust proxy` allows. A request line that is no path gives a URL that cannot
 * be parsed, which the core refuses with 400.
 */
export function viewExpressRequest(req: Request): RequestView {
  let url: string | undefined
  return {
    method: req.method,
    get url() {
      url ??= readUrl(req)
      return url
    },
    header: (name) => readHeader(req, name),
    text: async (limit) => readBody(req, limit),
  }
}

function readUrl(req: Request): string {
  if (!req.originalUrl.startsWith('/')) return ''
  return `${req.protocol}://${readHost(req)}${req.originalUrl}`
}

// Express 4 cuts the port off `req.host`, so both versions are read by the rule of Express 5. An
// HTTP/1.0 request may have no Host; the core believes none that it does not know.
function readHost(req: Request): string {
  const forwarded = isProxyTrusted(req) ? readHeader(req, 'x-forwarded-host') : undefined
  return forwarded?.split(',', 1)[0]?.trim() || (readHeader(req, 'host') ?? 'localhost')
}

function isProxyTrusted(req: Request): boolean {
  const trust: unknown = req.app.get('trust proxy fn')
  return typeof trust === 'function' && Boolean(trust(req.socket.remoteAddress, 0))
}

// A body parser that stands before us has read the stream; what it made of a form is all there is.
async function readBody(req: Request, limit: number): Promise<string> {
  const body: unknown = req.body
  const isParsed = typeof body === 'object' && body !== null && Object.keys(body).length > 0
  return isParsed ? toForm(body) : readText(req, limit)
}

function toForm(body: object): string {
  const texts = Object.entries(body).filter((entry): entry is [string, string] => {
    return typeof entry[1] === 'string'
  })
  return new URLSearchParams(texts).toString()
}

function readHeader(req: Request, name: string): string | undefined {
  const value = req.headers[name.toLowerCase()]
  return Array.isArray(value) ? value.join(', ') : value
}
