import { serializeCookie, type SetCookie } from '@trefoil/core'
import type { Response } from 'express'

/** What an answer must carry because a session was read or written for it. */
export interface PrivateResponse {
  /** From now on no cache may keep the answer. */
  touch(): void
  /** Cookies that go out with the answer, whatever else the handler sets. */
  addCookies(cookies: readonly SetCookie[]): void
}

/**
 * Watches over an answer. Nothing is hooked before the first use, so an answer that has nothing to do
 * with a session stays as it is. After the headers are sent both methods do nothing.
 */
export function watchResponse(res: Response): PrivateResponse {
  const cookies = new Map<string, string>()
  let isTouched = false
  const touch = (): void => {
    if (isTouched || res.headersSent) return
    isTouched = true
    beforeHeaders(res, () => {
      tighten(res)
      for (const cookie of cookies.values()) res.append('set-cookie', cookie)
    })
  }
  return {
    touch,
    addCookies(added) {
      if (added.length === 0) return
      for (const cookie of added) cookies.set(cookie.name, serializeCookie(cookie))
      touch()
    },
  }
}

/** Forbids shared and later use of an answer; only ever tightens (RFC 9111 section 5.2.2). */
export function tighten(res: Response): void {
  res.setHeader('cache-control', 'private, no-store')
  res.vary('Cookie')
}

// The last moment before the headers go out: a handler that set `public` has had its say by then.
function beforeHeaders(res: Response, act: () => void): void {
  const writeHead = res.writeHead.bind(res)
  const write = (status: number, ...rest: readonly unknown[]): Response => {
    const [first, second] = rest
    setHeaders(res, typeof first === 'string' ? second : first)
    res.writeHead = writeHead
    act()
    return typeof first === 'string' ? writeHead(status, first) : writeHead(status)
  }
  res.writeHead = write
}

// Headers given to writeHead would win over those we set, so they are set first.
function setHeaders(res: Response, headers: unknown): void {
  if (Array.isArray(headers)) return setHeaderList(res, headers.flat())
  if (typeof headers !== 'object' || headers === null) return
  for (const [name, value] of Object.entries(headers)) {
    if (isHeaderValue(value)) res.setHeader(name, value)
  }
}

function setHeaderList(res: Response, flat: readonly unknown[]): void {
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const value = flat[index + 1]
    if (isHeaderValue(value)) res.append(String(flat[index]), String(value))
  }
}

function isHeaderValue(value: unknown): value is string | number | readonly string[] {
  return typeof value === 'string' || typeof value === 'number' || Array.isArray(value)
}
