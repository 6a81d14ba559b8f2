import type { ServerResponse } from 'node:http'

/** What an answer must carry because a caller was asked for. */
export interface PrivateAnswer {
  /** From now on no cache may keep the answer. */
  touch(): void
  /** Adds a `WWW-Authenticate` challenge; the first one stays. */
  challenge(value: string): void
}

/** For where there is no answer with headers, such as a socket. */
export const noAnswer: PrivateAnswer = { touch: () => undefined, challenge: () => undefined }

/** Watches over an answer; nothing is hooked before the first use. */
export function watchAnswer(res: ServerResponse): PrivateAnswer {
  const headers = new Map([['cache-control', 'private, no-store']])
  let isTouched = false
  const touch = (): void => {
    if (isTouched) return
    isTouched = true
    beforeHeaders(res, headers)
  }
  return {
    touch,
    challenge(value) {
      touch()
      if (!headers.has('www-authenticate')) headers.set('www-authenticate', value)
    },
  }
}

// The last moment before the headers go out: a server that took a cache hint for them has had its say.
function beforeHeaders(res: ServerResponse, headers: ReadonlyMap<string, string>): void {
  const writeHead = res.writeHead.bind(res)
  const write = (status: number, ...rest: readonly unknown[]): ServerResponse => {
    res.writeHead = writeHead
    for (const [name, value] of readHeaders(rest)) res.setHeader(name, value)
    for (const [name, value] of headers) res.setHeader(name, value)
    vary(res)
    return writeHead(status)
  }
  res.writeHead = write
}

// Headers that are given along would win over those that are set, so they are set first.
function readHeaders(rest: readonly unknown[]): (readonly [string, string])[] {
  const given = rest.find((part) => typeof part === 'object' && part !== null) ?? {}
  const flat: readonly unknown[] = Array.isArray(given)
    ? given.flat()
    : Object.entries(given).flat()
  return flat.flatMap((name, at) => (at % 2 ? [] : [[String(name), String(flat[at + 1])] as const]))
}

// RFC 9110 section 12.5.5: the answer is another one with other credentials.
function vary(res: ServerResponse): void {
  const before = [res.getHeader('vary') ?? []].flat().map(String)
  const names = before.flatMap((value) =>
    value
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  )
  if (names.includes('*') || names.includes('authorization')) return
  res.setHeader('vary', [...before, 'Authorization'].join(', '))
}
