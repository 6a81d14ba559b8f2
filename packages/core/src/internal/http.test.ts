import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Behavior, type Server, startServer } from '../../test/server.ts'
import { TrefoilError } from '../errors.ts'
import {
  createHttp,
  type Http,
  NotSentError,
  readRetryAfter,
  StatusError,
  withRetry,
} from './http.ts'

const unavailable = { code: 'provider_unavailable', status: 503 }
const invalid = { code: 'provider_response_invalid', status: 502 }
const megabyte = 1024 * 1024

describe('a request', () => {
  let server: Server
  let behave: Behavior
  let http: Http
  const start = (options: { timeout?: number; maxBytes?: number } = {}): Http =>
    createHttp({ fetch, timeout: 5000, ...options })
  beforeEach(async () => {
    server = await startServer((request, response) => behave(request, response))
    http = start()
  })
  afterEach(async () => server.close())

  it('gives the answer with status, headers and the whole body', async () => {
    behave = (_request, response) => response.writeHead(400, { 'x-a': 'b' }).end('{"error":"x"}')
    const response = await http(server.url)
    expect([response.status, response.headers.get('x-a'), await response.json()]).toEqual([
      400,
      'b',
      { error: 'x' },
    ])
  })

  it('sends method, headers and body, and is read decoded', async () => {
    const bodies: string[] = []
    behave = (request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()))
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('grüße'))
    }
    const init = { method: 'POST', headers: { 'x-a': 'b' }, body: new URLSearchParams({ a: 'b' }) }
    expect(await (await http(server.url, init)).text()).toBe('grüße')
    expect(server.requests[0]).toMatchObject({ method: 'POST', headers: { 'x-a': 'b' } })
    expect(bodies.join('')).toBe('a=b')
  })

  it('TR-19 carries nothing of the user or of an earlier answer: no cookie, no referrer, no origin', async () => {
    behave = (_request, response) =>
      response.writeHead(200, { 'set-cookie': 'a=b; Path=/' }).end('{}')
    await http(server.url)
    await http(server.url)
    for (const { headers } of server.requests) {
      expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['cookie']))
      expect([headers.cookie, headers.referer, headers.origin, headers.authorization]).toEqual(
        Array(4).fill(undefined),
      )
      expect(headers['user-agent']).toBe('trefoil')
    }
  })

  it.each([204, 205, 304])('takes %d, which has no body', async (status) => {
    behave = (_request, response) => response.writeHead(status).end()
    const response = await http(server.url)
    expect([response.status, await response.text()]).toEqual([status, ''])
  })

  it('TR-10 takes an empty 200 for what it is', async () => {
    behave = (_request, response) => response.end()
    expect(await (await http(server.url)).text()).toBe('')
  })

  it.each([
    ['headers that never come', () => undefined],
    ['a body that never ends', (_request, response) => response.write('{')],
    [
      'TR-05 a body that drips',
      (_request, response) => {
        const timer = setInterval(() => response.write(' '), 5)
        response.on('close', () => clearInterval(timer))
      },
    ],
  ] satisfies [string, Behavior][])(
    'TR-03 MD-05 ends at its deadline with %s, and lets the socket go',
    async (_name, hang) => {
      behave = hang
      await expect(start({ timeout: 80 })(server.url)).rejects.toMatchObject(unavailable)
      await vi.waitFor(() => expect(server.connections()).toBe(0))
    },
  )

  it('TR-03 ends at its deadline when the fetch of the application heeds no signal', async () => {
    const deaf: typeof fetch = async () => new Promise(() => undefined)
    const deafBody: typeof fetch = async () => new Response(new ReadableStream({}))
    for (const own of [deaf, deafBody]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
      await expect(createHttp({ fetch: own, timeout: 20 })(server.url)).rejects.toMatchObject(
        unavailable,
      )
    }
  })

  it('TR-04 waits for an answer that is slow and in time', async () => {
    behave = (_request, response) => void setTimeout(() => response.end('late'), 60)
    expect(await (await http(server.url)).text()).toBe('late')
  })

  it.each([
    ['a connection that is reset', (request) => request.socket.destroy()],
    ['an answer that is no HTTP', (request) => request.socket.end('hello\r\n\r\n')],
    [
      'a body that is cut',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{"a":1}')
        setTimeout(() => response.destroy(), 5)
      },
    ],
    [
      'a body that is cut between chunks',
      (_request, response) => {
        response.write('{"a":1}')
        setTimeout(() => response.destroy(), 5)
      },
    ],
    [
      'a compressed body that is none',
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('{}'),
    ],
  ] satisfies [string, Behavior][])(
    'TR-06 MD-05 fails in passing with %s',
    async (_name, spoil) => {
      behave = spoil
      const error = await caught(http(server.url))
      expect(error).toMatchObject(unavailable)
      expect(error.cause).toBeInstanceOf(Error)
    },
  )

  it('fails in passing when nobody listens', async () => {
    await server.close()
    await expect(http(server.url)).rejects.toMatchObject(unavailable)
  })

  it('LD-10 takes a body of a mebibyte, and not one byte more', async () => {
    behave = (request, response) =>
      response.end(Buffer.alloc(megabyte + Number(request.url?.slice(1)), 'a'))
    expect((await (await http(`${server.url}/0`)).text()).length).toBe(megabyte)
    const error = await caught(http(`${server.url}/1`))
    expect(error).toMatchObject(invalid)
    expect(String(error.cause)).toContain('more than 1048576 bytes')
  })

  it('LD-10 stops reading a body that has no end', async () => {
    let written = 0
    let closed: Promise<unknown> | undefined
    behave = (_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, 'a')
      const write = (): void => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length
      }
      closed = once(response, 'close')
      response.on('drain', write)
      write()
    }
    await expect(http(server.url)).rejects.toMatchObject(invalid)
    await closed
    expect(written).toBeLessThan(20 * megabyte)
  })

  it('TR-08 KS-07 counts what a gzip bomb unpacks to', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * megabyte))
    expect(bomb.length).toBeLessThan(100_000)
    behave = (_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
    const before = process.memoryUsage().rss
    await expect(http(server.url)).rejects.toMatchObject(invalid)
    expect(process.memoryUsage().rss - before).toBeLessThan(48 * megabyte)
  })

  it('TR-09 unpacks no stack of codings without end', async () => {
    let body = Buffer.from('{}')
    for (let round = 0; round < 20; round++) body = gzipSync(body)
    const codings = Array(20).fill('gzip').join(', ')
    behave = (_request, response) =>
      response.writeHead(200, { 'content-encoding': codings }).end(body)
    const startedAt = performance.now()
    await http(server.url).then(
      async (response) => response.text(),
      (error: unknown) => expect(error).toBeInstanceOf(TrefoilError),
    )
    expect(performance.now() - startedAt).toBeLessThan(4000)
  })

  it.each([300, 301, 302, 303, 307, 308, 399])(
    'TR-14 KS-07 follows no redirect with %d, which would post a secret elsewhere, and keeps no connection for it',
    async (status) => {
      behave = (_request, response) => {
        response.writeHead(status, { location: `${server.url}/elsewhere` }).write('moved')
      }
      const init = { method: 'POST', body: 'client_secret=hush' }
      const error = await caught(http(server.url, init))
      expect(error).toMatchObject(invalid)
      expect(String(error.cause)).not.toContain('elsewhere')
      expect(String(error.cause)).toContain(`a redirect (status ${status})`)
      expect(server.requests).toHaveLength(1)
      await vi.waitFor(() => expect(server.connections()).toBe(0))
    },
  )

  it.each([429, 500, 502, 503, 599])('TR-01 takes %d for trouble that passes', async (status) => {
    behave = (_request, response) => response.writeHead(status).end('<h1>secret trace</h1>')
    const error = await caught(http(server.url))
    expect(error).toMatchObject(unavailable)
    expect(error.cause).toEqual(new StatusError(status))
    expect(error.headers).toEqual({})
    expect(JSON.stringify([error.message, String(error.cause)])).not.toContain('trace')
  })

  it('MM-03 passes on how long the server asks to wait', async () => {
    const own = createHttp({ fetch, timeout: 5000, clock: () => Date.UTC(2026, 10, 25) })
    const asked = async (headers: Record<string, string>): Promise<string | undefined> => {
      behave = (_request, response) => response.writeHead(429, headers).end()
      return (await caught(own(server.url))).headers['retry-after']
    }
    expect(await asked({ 'retry-after': '7' })).toBe('7')
    expect(await asked({ 'ratelimit-reset': '8' })).toBe('8')
    expect(await asked({ 'retry-after': 'Wed, 25 Nov 2026 00:01:30 GMT' })).toBe('90')
  })
})

describe('a request by a fetch of another kind', () => {
  const answeredBy = (response: Response): Http =>
    createHttp({ fetch: async () => response, timeout: 5000 })

  it('TR-14 follows no redirect that a browser hides, and none without a body', async () => {
    const hidden = Object.defineProperty(new Response('x'), 'type', { value: 'opaqueredirect' })
    for (const response of [hidden, new Response(null, { status: 302 })]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
      await expect(answeredBy(response)('https://issuer.test')).rejects.toMatchObject(invalid)
    }
  })

  it('names itself, but in no browser, which would have to ask the server', async () => {
    const sent: (string | null)[] = []
    const own = createHttp({
      fetch: async (_url, init) => {
        sent.push(new Headers(init?.headers).get('user-agent'))
        return new Response()
      },
      timeout: 5000,
    })
    await own('https://issuer.test')
    vi.stubGlobal('document', {})
    await own('https://issuer.test').finally(() => vi.unstubAllGlobals())
    expect(sent).toEqual(['trefoil', null])
  })
})

describe('how long a server asks to wait', () => {
  const now = Date.UTC(2026, 10, 25)
  const wait = (headers: Record<string, string>): number | undefined =>
    readRetryAfter(new Headers(headers), now)

  it.each([
    ['0', 0],
    ['120', 120],
    [' 5 ', 5],
    ['99999', 3600],
    ['Wed, 25 Nov 2026 00:00:10 GMT', 10],
    ['Wednesday, 25-Nov-26 00:00:10 GMT', 10],
    ['Wed, 25 Nov 2025 00:00:10 GMT', 0],
    ['Fri, 25 Nov 2101 00:00:00 GMT', 3600],
  ])('is read from %j as %d seconds', (value, seconds) => {
    expect([wait({ 'retry-after': value }), wait({ 'ratelimit-reset': value })]).toEqual([
      seconds,
      seconds,
    ])
  })

  it.each([
    '',
    '-5',
    '1.5',
    '1e3',
    'soon',
    'abc 12',
    '0x10',
    '9'.repeat(400),
    'Wed',
    'Wed, 99 Xyz 2026',
    '(x) Wed, 25 Nov 2026 00:00:10 GMT',
  ])('is not read from %j', (value) => {
    expect(wait({ 'retry-after': value })).toBeUndefined()
    expect(wait({ 'retry-after': value, 'ratelimit-reset': '7' })).toBe(7)
  })

  it('is rounded up, so nobody comes too early', () => {
    const headers = new Headers({ 'retry-after': 'Wed, 25 Nov 2026 00:00:10 GMT' })
    expect([readRetryAfter(headers, now + 1), readRetryAfter(headers, now - 1)]).toEqual([10, 11])
  })

  it('is said by Retry-After before RateLimit-Reset, and else unknown', () => {
    expect(wait({ 'retry-after': '1', 'ratelimit-reset': '2' })).toBe(1)
    expect(wait({})).toBeUndefined()
  })
})

describe('a retry', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })
  const failure = (headers: Record<string, string> = {}, cause?: unknown): TrefoilError =>
    new TrefoilError('provider_unavailable', { headers, cause })
  const failing = (...failures: unknown[]): ReturnType<typeof vi.fn<() => Promise<string>>> =>
    vi.fn<() => Promise<string>>(async () => {
      const failed = failures.shift()
      if (failed !== undefined) throw failed
      return 'done'
    })

  it('TR-15 is made twice, after a moment by chance that doubles', async () => {
    const chance = vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const task = failing(failure(), failure())
    const result = withRetry(task)
    await vi.advanceTimersByTimeAsync(99)
    expect(task).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(task).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(199)
    expect(task).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(await result).toBe('done')
    expect(chance).toHaveBeenCalledTimes(2)
  })

  it('TR-15 is made up to five and a half seconds after the first try, however old the process', async () => {
    await vi.advanceTimersByTimeAsync(3_600_000)
    const failed = (): TrefoilError => failure({ 'retry-after': '1' })
    for (const [took, calls] of [
      [4500, 2],
      [4501, 1],
    ] as const) {
      const task = vi.fn<() => Promise<string>>(async () => {
        if (task.mock.calls.length > 1) return 'done'
        await new Promise((resolve) => setTimeout(resolve, took))
        throw failed()
      })
      const result = withRetry(task).catch(() => 'given up')
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
      await vi.runAllTimersAsync()
      // oxlint-disable-next-line no-await-in-loop -- the same
      expect([await result, task.mock.calls.length]).toEqual([
        calls === 2 ? 'done' : 'given up',
        calls,
      ])
    }
  })

  it('TR-15 is given up after the third failure', async () => {
    const task = failing(failure(), failure(), failure())
    const result = caught(withRetry(task))
    await vi.runAllTimersAsync()
    expect(await result).toMatchObject(unavailable)
    expect(task).toHaveBeenCalledTimes(3)
  })

  it('MM-03 waits as long as the server asks for, up to five seconds', async () => {
    const task = failing(failure({ 'retry-after': '5' }))
    const result = withRetry(task)
    await vi.advanceTimersByTimeAsync(4999)
    expect(task).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await result).toBe('done')
    const long = failing(failure({ 'retry-after': '6' }))
    await expect(withRetry(long)).rejects.toMatchObject(unavailable)
    expect(long).toHaveBeenCalledTimes(1)
  })

  it('TR-15 is not made when the first try took as long as a timeout', async () => {
    const task = vi.fn<() => Promise<string>>(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5000))
      throw failure()
    })
    const result = caught(withRetry(task))
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await result).toMatchObject(unavailable)
    expect(task).toHaveBeenCalledTimes(1)
  })

  it('TR-15 is not made so late that all of them take longer than ten seconds', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const task = vi.fn<() => Promise<string>>(async () => {
      await new Promise((resolve) => setTimeout(resolve, 4400))
      throw failure({ 'retry-after': '2' })
    })
    const result = caught(withRetry(task))
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await result).toMatchObject(unavailable)
    expect(task).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['an answer that is wrong', new TrefoilError('provider_response_invalid')],
    ['another error', new TypeError('broken')],
    ['what was not sent', failure({ 'retry-after': '5' }, new NotSentError('x'))],
  ])('is not made after %s', async (_name, error) => {
    const task = failing(error)
    await expect(withRetry(task)).rejects.toBe(error)
    expect(task).toHaveBeenCalledTimes(1)
  })
})

async function caught(task: Promise<unknown>): Promise<TrefoilError> {
  const error = await task.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof TrefoilError) return error
  throw new Error(`no TrefoilError but ${String(error)}`)
}
