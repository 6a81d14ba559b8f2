import type { RequestHandler } from 'express'

/**
 * Lets the pages of the given origins call the API (the Fetch standard, section 3.2). There are no
 * credentials: the token comes in a header that only the page itself can set.
 */
export function cors(allowedOrigins: readonly string[]): RequestHandler {
  return (req, res, next) => {
    res.vary('Origin')
    const origin = req.get('origin')
    const isAllowed = origin !== undefined && allowedOrigins.includes(origin)
    if (isAllowed) {
      res.set('access-control-allow-origin', origin)
      res.set('access-control-expose-headers', 'www-authenticate, retry-after')
    }
    if (req.method !== 'OPTIONS' || req.get('access-control-request-method') === undefined) {
      next()
      return
    }
    if (isAllowed) {
      res.set('access-control-allow-methods', 'GET, HEAD, POST')
      res.set('access-control-allow-headers', 'authorization, content-type')
      res.set('access-control-max-age', '600')
    }
    res.status(204).end()
  }
}
