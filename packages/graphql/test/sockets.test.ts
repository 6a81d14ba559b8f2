import { type CloseCode, makeServer, MessageType } from 'graphql-ws'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeProvider, json, paths } from '../../core/test/fake-provider.ts'
import type { AuthOptions } from '../src/index.ts'
import { type ConnectionParams, createSocketAuth, type SocketExtra } from '../src/ws.ts'
import { log, schema } from './schema.ts'
import { setUpProvider } from './tokens.ts'

interface Sent {
  readonly type: MessageType
  readonly id?: string
  readonly payload?: unknown
}

/** A client over a socket that is only in memory, so that a test owns the time. */
interface Client {
  readonly sent: Sent[]
  /** The codes that the server closed the socket with. */
  readonly closed: (CloseCode | number | undefined)[]
  send(message: object): Promise<void>
  connect(params?: object): Promise<void>
  subscribe(query: string, id?: string): Promise<void>
  leave(): Promise<void>
}

describe('sockets', () => {
  let provider: FakeProvider
  let auth: AuthOptions
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
    log.length = 0
    ;({ provider, auth } = await setUpProvider())
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function open(options: AuthOptions = {}): Client {
    const server = makeServer<ConnectionParams, SocketExtra>({
      schema,
      ...createSocketAuth({ ...auth, ...options }),
    })
    const sent: Sent[] = []
    const closed: (number | undefined)[] = []
    let receive = async (_data: string): Promise<void> => undefined
    const socket = { close: (code?: number) => void closed.push(code) }
    const leave = server.opened(
      {
        protocol: 'graphql-transport-ws',
        send: (data) => void sent.push(JSON.parse(data)),
        ...socket,
        onMessage: (listener) => (receive = listener),
      },
      { socket },
    )
    const send = async (message: object): Promise<void> => receive(JSON.stringify(message))
    return {
      sent,
      closed,
      send,
      leave: () => leave(1000, 'bye'),
      connect: (payload) => send({ type: MessageType.ConnectionInit, payload }),
      subscribe: (query, id = '1') => send({ type: MessageType.Subscribe, id, payload: { query } }),
    }
  }

  const asToken = (token: string): object => ({ authorization: `Bearer ${token}` })
  const types = ({ sent }: Client): MessageType[] => sent.map(({ type }) => type)

  it('takes a token that is good, and gives what it may have', async () => {
    const client = open()
    await client.connect(asToken(await provider.accessToken({ scp: ['read:reports'] })))
    void client.subscribe('subscription { ticks }')
    await vi.waitUntil(() => client.sent.length === 3)
    expect(client.sent).toMatchObject([
      { type: MessageType.ConnectionAck },
      { type: MessageType.Next, payload: { data: { ticks: 1 } } },
      { type: MessageType.Next, payload: { data: { ticks: 2 } } },
    ])
  })

  it('takes the parameter in any letter case, as clients write it', async () => {
    const client = open()
    await client.connect({ Authorization: `Bearer ${await provider.accessToken()}` })
    await client.subscribe('{ me { kind } }')
    expect(client.sent[1]).toMatchObject({ payload: { data: { me: { kind: 'user' } } } })
  })

  it.each([
    ['a scope is missing', true, 'FORBIDDEN'],
    ['nobody connected', false, 'UNAUTHENTICATED'],
  ])('starts no subscription when %s', async (_name, isSomebody, code) => {
    const client = open()
    await client.connect(isSomebody ? asToken(await provider.accessToken()) : undefined)
    await client.subscribe('subscription { ticks }')
    expect(client.sent[1]).toMatchObject({ payload: { errors: [{ extensions: { code } }] } })
    expect([log, client.closed]).toEqual([[], []])
  })

  it.each([
    ['a broken token', async () => 'broken'],
    ['an expired one', async () => provider.accessToken({ exp: 1 })],
    ['one of another API', async () => provider.accessToken({ aud: ['https://other.example'] })],
    ['an ID token', async () => provider.idToken({ aud: ['https://api.example'] })],
  ])('closes with 4403 and executes nothing for %s', async (_name, make) => {
    const refused: string[] = []
    const client = open({ onRefused: ({ code }) => refused.push(code) })
    await client.connect(asToken(await make()))
    expect([client.closed[0], refused]).toEqual([4403, ['token_invalid']])
    expect(types(client)).toEqual([])
    await client.subscribe('mutation { open }')
    expect(log).toEqual([])
  })

  it('KS-06 closes with 1013 while the keys cannot be had', async () => {
    vi.useRealTimers()
    provider.on(paths.jwks, () => json({}, 400))
    const client = open()
    await client.connect(asToken(await provider.accessToken()))
    expect(client.closed[0]).toBe(1013)
  })

  it('closes with 4500 and tells nothing when its configuration has problems', async () => {
    const client = open({ audience: [] })
    await client.connect(asToken(await provider.accessToken()))
    expect(client.closed[0]).toBe(4500)
  })

  it('closes with 4401 for nobody where somebody is required', async () => {
    const client = open({ required: true })
    await client.connect()
    expect([client.closed[0], types(client)]).toEqual([4401, []])
  })

  it('closes with 4403 in the moment that the token expires, and not before', async () => {
    const client = open()
    const exp = Math.floor(Date.now() / 1000) + 60
    await client.connect(asToken(await provider.accessToken({ exp, scp: ['read:reports'] })))
    await vi.advanceTimersByTimeAsync(exp * 1000 - Date.now() - 1)
    expect(client.closed).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(client.closed).toEqual([4403])
  })

  it('starts nothing on a socket that its client keeps open after that', async () => {
    const client = open()
    const exp = Math.floor(Date.now() / 1000) + 60
    await client.connect(asToken(await provider.accessToken({ exp })))
    await vi.advanceTimersByTimeAsync(60_000)
    await client.subscribe('mutation { open }')
    expect(log).toEqual([])
    expect(client.sent.at(-1)).toMatchObject({
      type: MessageType.Error,
      payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    })
  })

  it('denies an operation that began before and asks after that', async () => {
    const exp = Math.floor(Date.now() / 1000) + 60
    const token = await provider.accessToken({ exp })
    const hooks = createSocketAuth(auth)
    const connection = connectionWith(asToken(token))
    await hooks.onConnect(connection)
    const { auth: held } = hooks.context(connection)
    expect(held.require().kind).toBe('user')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(() => held.require()).toThrow(
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'UNAUTHENTICATED' }) }),
    )
    expect([held.can(), held.caller.kind]).toEqual([false, 'nobody'])
  })

  it('waits for a token that lives longer than a timer can', async () => {
    const client = open()
    const days = 40 * 86_400
    const exp = Math.floor(Date.now() / 1000) + days
    await client.connect(asToken(await provider.accessToken({ exp })))
    await vi.advanceTimersByTimeAsync(30 * 86_400_000)
    expect(client.closed).toEqual([])
    await vi.advanceTimersByTimeAsync(11 * 86_400_000)
    expect(client.closed).toEqual([4403])
  })

  it('keeps no timer of a client that left, before or after it was let in', async () => {
    const client = open()
    await client.connect(asToken(await provider.accessToken()))
    await client.leave()
    const early = open()
    const connecting = early.connect(asToken(await provider.accessToken()))
    await early.leave()
    await connecting
    expect(vi.getTimerCount()).toBe(0)
    expect(client.closed).toEqual([])
  })

  it('gives no context without its onConnect', () => {
    const hooks = createSocketAuth(auth)
    expect(() => hooks.context(connectionWith({}))).toThrow(/call onConnect of createSocketAuth/)
  })
})

function connectionWith(
  connectionParams: object,
): Parameters<ReturnType<typeof createSocketAuth>['context']>[0] {
  return {
    connectionInitReceived: true,
    acknowledged: false,
    subscriptions: {},
    connectionParams: { ...connectionParams },
    extra: { socket: { close: () => undefined } },
  }
}
