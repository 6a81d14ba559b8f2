import type { IncomingHttpHeaders } from 'node:http'
import { deflateSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Behavior, type Server, startServer } from '../test/server.ts'
import { providerFetch } from './fetch-node.ts'

let server: Server
let behave: Behavior
beforeEach(async () => {
  behave = (_request, response) => response.end('{}')
  server = await startServer((request, response) => behave(request, response))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await server.close()
})

const sent = (): IncomingHttpHeaders => server.requests.at(-1)?.headers ?? {}

describe('the fetch for the provider on Node', () => {
  it('sends what it is given and nothing else', async () => {
    const body = new URLSearchParams({ a: 'grüße' })
    const headers = { accept: 'application/json', 'user-agent': 'trefoil' }
    await (await providerFetch(server.url, { method: 'POST', headers, body })).text()
    expect(sent()).toEqual({
      ...headers,
      'accept-encoding': 'identity',
      'content-length': String(String(body).length),
      connection: 'keep-alive',
      host: new URL(server.url).host,
    })
  })

  it('uses a connection again', async () => {
    await (await providerFetch(server.url)).text()
    await (await providerFetch(server.url)).text()
    expect([server.requests.length, server.connections()]).toEqual([2, 1])
  })

  it('gives every header, the repeated ones together', async () => {
    behave = (_request, response) =>
      response.writeHead(200, { 'x-a': ['b', 'c'], 'set-cookie': ['d=e', 'f=g'] }).end()
    const { headers } = await providerFetch(server.url)
    expect([headers.get('x-a'), headers.getSetCookie()]).toEqual(['b, c', ['d=e', 'f=g']])
  })

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
  ])('unpacks %s, which it did not ask for', async (coding, pack) => {
    behave = (_request, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(pack('grüße'))
    expect(await (await providerFetch(server.url)).text()).toBe('grüße')
  })

  it('rejects for a status that no answer can have', async () => {
    behave = (request) => request.socket.end('HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n')
    await expect(providerFetch(server.url)).rejects.toThrow(RangeError)
  })

  it('rejects for what is no web URL', async () => {
    await expect(providerFetch('data:text/plain,x')).rejects.toThrow('Protocol "data:"')
  })

  it('leaves to the global fetch what another one in its place should see, and other bodies', async () => {
    const blob = new Blob(['x'])
    await (await providerFetch(server.url, { method: 'POST', body: blob })).text()
    expect(sent()['sec-fetch-mode']).toBe('cors')
    const spy = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('stub'))
    expect(await (await providerFetch(server.url)).text()).toBe('stub')
    expect(spy).toHaveBeenCalledWith(server.url, {})
  })

  it('ends with its signal, before and during the answer', async () => {
    const early = AbortSignal.abort(new Error('early'))
    await expect(providerFetch(server.url, { signal: early })).rejects.toThrow()
    const late = new AbortController()
    behave = (_request, response) => response.write('{')
    const response = await providerFetch(server.url, { signal: late.signal })
    late.abort()
    await expect(response.text()).rejects.toThrow()
    await vi.waitFor(() => expect(server.connections()).toBe(0))
  })
})
