import { createServer, get, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { watchAnswer } from './private-answer.ts'

it.each<[string, OutgoingHttpHeaders | string[]]>([
  ['by name', { 'cache-control': 'public, max-age=60', 'x-own': 'kept' }],
  ['in a list', ['cache-control', 'public, max-age=60', 'x-own', 'kept']],
])('has the last word over headers that are given at the end, %s', async (_name, headers) => {
  const server = createServer((_req, res) => {
    const answer = watchAnswer(res)
    answer.challenge('Bearer')
    answer.challenge('Bearer error="insufficient_scope"')
    res.writeHead(200, 'OK', headers).end()
  }).listen(0)
  await once(server, 'listening')
  const { port }: AddressInfo = JSON.parse(JSON.stringify(server.address()))
  const answer = await new Promise<IncomingMessage>((resolve) => {
    get({ port, agent: false }, (res) => resolve(res.resume()))
  })
  server.close()
  expect(answer.headers).toMatchObject({
    'cache-control': 'private, no-store',
    'www-authenticate': 'Bearer',
    vary: 'Authorization',
    'x-own': 'kept',
  })
})
