import type { RequestView } from '@trefoil/core'
import type { Request } from 'express'

/**
 * Views an Express request as the core does: its whole URL, also below a sub-router, with the protocol
 * and host that the setting `trust proxy` allows. A request line that is no path gives a URL that cannot
 * be parsed, which the core refuses with 400.
 */
export function viewExpressRequest(req: Request): RequestView {
  return {
    method: req.method,
    url: req.originalUrl.startsWith('/')
      ? `${req.protocol}://${readHost(req)}${req.originalUrl}`
      : '',
    header: (name) => readHeader(req, name),
  }
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

function readHeader(req: Request, name: string): string | undefined {
  const value = req.headers[name.toLowerCase()]
  return Array.isArray(value) ? value.join(', ') : value
}
