import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failureOf } from '../test/client.ts'
import { json, paths } from '../test/fake-provider.ts'
import { api, createMachine, type ApiRequest, type Machine } from '../test/machine.ts'
import { untilDone, useFastTimers } from '../test/time.ts'
import { ConfigurationError } from './errors.ts'
import type { MachineOptions, MachineRequest } from './machine-app.ts'

type Headed = Readonly<Record<string, string>>

describe('the fetch of a machine application', () => {
  let machine: Machine
  beforeEach(async () => {
    machine = await createMachine()
  })

  const send = async (
    url: string | URL = `${api}/reports`,
    init: RequestInit & MachineRequest = {},
  ): Promise<Response> => machine.app.fetch(url, init)
  const tokens = (): (string | null)[] =>
    machine.sent.map(({ headers }) => headers.get('authorization'))
  const answerOnce = (...answers: Response[]): void => {
    machine.answer = () => answers.shift() ?? new Response('fine')
  }

  it('attaches the token and leaves the rest of the request as it is', async () => {
    const response = await send(`${api}/reports?a=1`, {
      method: 'POST',
      body: '{"b":2}',
      headers: { 'content-type': 'application/json', authorization: 'Basic mine' },
    })
    expect(await response.text()).toBe('fine')
    const [request] = machine.sent
    expect(request).toMatchObject({ method: 'POST', body: '{"b":2}' })
    expect(request?.url.href).toBe(`${api}/reports?a=1`)
    expect(request?.headers.get('authorization')).toBe('Bearer token-1')
    expect(request?.headers.get('content-type')).toBe('application/json')
    expect(request?.init).not.toHaveProperty('audience')
  })

  it('asks for the audience and scope that are named', async () => {
    await send(`${api}/reports`, { scope: 'read:reports' })
    await send('https://b.example/x', { audience: 'https://b.example' })
    const asked = machine.fake
      .to(paths.token)
      .map(({ form }) => [form.get('audience'), form.get('scope')])
    expect(asked).toEqual([
      [api, 'read:reports'],
      ['https://b.example', null],
    ])
  })

  describe('SP-11 sends tokens only where they may go', () => {
    it.each([`${api}/x`, 'https://API.example:443/x', 'https://tenant.kinde.test/api/v1/users'])(
      'to %s',
      async (url) => {
        await send(url)
        expect(tokens()).toEqual(['Bearer token-1'])
      },
    )

    it.each([
      ['https://evil.test/', {}],
      ['https://api.example.evil.test/', {}],
      ['https://api.example@evil.test/', {}],
      ['https://api.example%2eevil.test/', {}],
      ['https://evil.test/https://api.example', {}],
      ['https://evil.test\\@api.example/', {}],
      ['https://sub.api.example/', {}],
      ['https://api.example:8443/', {}],
      ['http://api.example/', {}],
      ['https://user:secret-9@api.example/', {}],
      ['//api.example/x', {}],
      ['/reports', {}],
      ['', {}],
      ['data:text/plain,x', {}],
      ['file:///etc/passwd', {}],
      ['javascript:alert(1)', {}],
      ['http://api.internal/', { allowedOrigins: ['https://api.internal'] }],
      ['http://plain.example/', { audience: 'http://plain.example' }],
    ] as [string, MachineOptions][])('not to %s', async (url, options) => {
      machine = await createMachine(options)
      const error = await failureOf(send(url))
      expect(error).toBeInstanceOf(ConfigurationError)
      expect(error.message).not.toContain('secret-9')
      expect(machine.sent).toEqual([])
      expect(machine.tokenRequests()).toBe(0)
    })

    it('to further origins that the configuration lists', async () => {
      const allowedOrigins = ['https://b.example', 'http://localhost:4000']
      machine = await createMachine({ allowedOrigins })
      await send('https://b.example/x')
      await send('http://localhost:4000/x')
      expect(tokens()).toEqual(['Bearer token-1', 'Bearer token-1'])
      await failureOf(send('http://localhost:4001/x'))
    })

    it('to an audience that is no URL only where it is listed', async () => {
      machine = await createMachine({ audience: 'reports', allowedOrigins: [api] })
      await send(`${api}/x`)
      expect(tokens()).toEqual(['Bearer token-1'])
      await failureOf(send('https://reports/'))
    })
  })

  describe('follows redirects of reads hop by hop', () => {
    const redirect = (location: string, status = 302): Response =>
      new Response(null, { status, headers: { location } })
    const headers = {
      cookie: 'c=1',
      'proxy-authorization': 'p',
      'x-api-key': 'k',
      'x-trace': 't',
      accept: 'text/csv',
    }

    it('with the token on the same origin', async () => {
      answerOnce(redirect('/moved'))
      expect((await send(`${api}/a`, { headers })).status).toBe(200)
      expect(machine.sent.map(({ url }) => url.href)).toEqual([`${api}/a`, `${api}/moved`])
      expect(tokens()).toEqual(['Bearer token-1', 'Bearer token-1'])
      expect(machine.sent[1]?.headers.get('x-trace')).toBe('t')
    })

    it.each([
      'https://evil.test/',
      'https://api.example.evil.test/',
      'http://api.example/x',
      '//evil.test',
    ])(
      'SP-11 without the token, and what else proves who the caller is, to %s',
      async (location) => {
        answerOnce(redirect(location, 307))
        await send(`${api}/a`, { headers: { ...headers, authorization: 'Bearer mine' } })
        const { headers: second } = machine.sent[1] ?? { headers: new Headers({ cookie: 'none' }) }
        expect(second.get('authorization')).toBeNull()
        expect(second.get('proxy-authorization')).toBeNull()
        expect(second.get('cookie')).toBeNull()
        expect(second.get('x-api-key')).toBeNull()
        expect(second.get('accept')).toBe('text/csv')
      },
    )

    it('SP-11 with the token again where it may go again', async () => {
      answerOnce(redirect('https://evil.test/'), redirect(`${api}/back`))
      await send(`${api}/a`)
      expect(tokens()).toEqual(['Bearer token-1', null, 'Bearer token-1'])
    })

    it('and takes no new token because somebody else answers 401', async () => {
      answerOnce(redirect('https://evil.test/'), new Response('no', { status: 401 }))
      expect((await send(`${api}/a`)).status).toBe(401)
      expect(machine.tokenRequests()).toBe(1)
    })

    it('five times at most', async () => {
      machine.answer = ({ url }) => redirect(`${url.pathname}x`)
      expect((await send(`${api}/a`)).status).toBe(302)
      expect(machine.sent).toHaveLength(6)
    })

    it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('but never of %s', async (method) => {
      answerOnce(redirect('https://evil.test/', 307))
      expect((await send(`${api}/a`, { method, body: 'secret-9' })).status).toBe(307)
      expect(machine.sent).toHaveLength(1)
    })

    it.each(['manual', 'error'] as const)('nor when the caller says %s', async (mode) => {
      answerOnce(redirect('/x'))
      await send(`${api}/a`, { redirect: mode })
      expect(machine.sent).toHaveLength(1)
      expect(machine.sent[0]?.init.redirect).toBe(mode)
    })

    it.each([
      ['without a location', new Response(null, { status: 302 })],
      ['to what is no URL', redirect('https://:0')],
      ['that is none (304)', new Response(null, { status: 304, headers: { location: '/x' } })],
    ])('but none %s', async (_name, response) => {
      answerOnce(response)
      expect((await send(`${api}/a`)).status).toBe(response.status)
      expect(machine.sent).toHaveLength(1)
    })
  })

  describe('MM-09 after a 401', () => {
    const refuse = (...good: string[]): void => {
      machine.answer = ({ headers }) =>
        good.includes(headers.get('authorization') ?? '')
          ? new Response('fine')
          : new Response('no', { status: 401 })
    }

    it('tries once more with a fresh token', async () => {
      refuse('Bearer token-2')
      expect((await send()).status).toBe(200)
      expect(tokens()).toEqual(['Bearer token-1', 'Bearer token-2'])
      expect((await send()).status).toBe(200)
      expect(machine.tokenRequests()).toBe(2)
    })

    it('gives the caller the second one', async () => {
      refuse()
      const response = await send()
      expect([response.status, await response.text()]).toEqual([401, 'no'])
      expect(machine.sent).toHaveLength(2)
    })

    it('asks for one fresh token for a hundred calls at once', async () => {
      refuse('Bearer token-2')
      const all = await Promise.all(Array.from({ length: 100 }, async () => send()))
      expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]))
      expect(machine.tokenRequests()).toBe(2)
    })

    it('takes the fresh token that another call has got meanwhile', async () => {
      let release: (() => void) | undefined
      const gate = new Promise<void>((resolve) => {
        release = resolve
      })
      machine.answer = async ({ url, headers }) => {
        const isOld = headers.get('authorization') === 'Bearer token-1'
        if (isOld && url.pathname === '/slow') await gate
        return new Response(null, { status: isOld ? 401 : 200 })
      }
      const slow = send(`${api}/slow`)
      expect((await send(`${api}/quick`)).status).toBe(200)
      release?.()
      expect((await slow).status).toBe(200)
      expect(machine.tokenRequests()).toBe(2)
    })

    it('does not turn each call to an API that refuses everybody into a token', async () => {
      refuse()
      for (let round = 0; round < 20; round++) {
        expect((await send()).status).toBe(401)
        machine.time.now += 400
      }
      expect(machine.tokenRequests()).toBe(2)
      machine.time.now += 10_000
      await send()
      expect(machine.tokenRequests()).toBe(3)
    })

    it('gives the caller that answer when the server gives the same token again', async () => {
      machine.fake.tokenAnswer = async () => ({ access_token: 'same', token_type: 'bearer' })
      refuse()
      const response = await send()
      expect([response.status, await response.text()]).toEqual([401, 'no'])
      expect(machine.sent).toHaveLength(1)
    })

    it('says so when no fresh token is to be had', async () => {
      await machine.app.getAccessToken()
      machine.fake.on(paths.token, () => json({ error: 'invalid_client' }, 401))
      refuse()
      expect(await failureOf(send())).toMatchObject({ code: 'client_rejected' })
    })

    it.each([
      ['a text', 'x', 2],
      ['a form', new URLSearchParams({ a: 'b' }), 2],
      ['form data', new FormData(), 2],
      ['a blob', new Blob(['x']), 2],
      ['bytes', new Uint8Array([1]), 2],
      ['a buffer', new ArrayBuffer(1), 2],
      ['nothing', null, 2],
    ])('sends %s again', async (_name, body, times) => {
      refuse()
      await send(`${api}/a`, { method: 'POST', body })
      expect(machine.sent).toHaveLength(times)
    })

    it('does not try again with a stream, which is gone', async () => {
      refuse()
      const body = new Blob(['x']).stream()
      const init = { method: 'POST', body, duplex: 'half' } as const
      expect((await send(`${api}/a`, init)).status).toBe(401)
      expect(machine.sent).toHaveLength(1)
    })
  })

  describe('MM-03 after a 429', () => {
    useFastTimers()
    afterEach(() => {
      vi.restoreAllMocks()
    })

    const slowDown = (headers: Headed): Response => new Response('slow', { status: 429, headers })
    it.each([
      ['Retry-After: 0', { 'retry-after': '0' }, 0],
      ['Retry-After: 5', { 'retry-after': '5' }, 5000],
      ['a date in Retry-After', { 'retry-after': 'Wed, 25 Nov 2026 00:00:04 GMT' }, 4000],
      ['RateLimit-Reset: 3', { 'ratelimit-reset': '3' }, 3000],
      ['Retry-After before RateLimit-Reset', { 'retry-after': '1', 'ratelimit-reset': '9' }, 1000],
    ])('waits as %s says and tries once more', async (_name, headers: Headed, milliseconds) => {
      const waits = vi.spyOn(globalThis, 'setTimeout')
      answerOnce(slowDown(headers))
      expect((await untilDone(send())).status).toBe(200)
      expect(waits.mock.calls.map(([, delay]) => delay)).toContain(milliseconds)
      expect(machine.sent).toHaveLength(2)
      expect(machine.tokenRequests()).toBe(1)
    })

    it('gives the caller the second one', async () => {
      answerOnce(slowDown({ 'retry-after': '1' }), slowDown({ 'retry-after': '1' }))
      expect((await untilDone(send())).status).toBe(429)
      expect(machine.sent).toHaveLength(2)
    })

    it.each([
      ['it asks for more than five seconds', { 'retry-after': '6' }],
      ['it does not say how long', {}],
      ['it says no time', { 'retry-after': 'soon' }],
    ])('does not wait when %s', async (_name, headers: Headed) => {
      answerOnce(slowDown(headers))
      const response = await send()
      expect([response.status, await response.text()]).toEqual([429, 'slow'])
      expect(machine.sent).toHaveLength(1)
    })

    it('stops waiting when the caller does', async () => {
      answerOnce(slowDown({ 'retry-after': '5' }))
      const controller = new AbortController()
      const task = send(`${api}/a`, { signal: controller.signal })
      const failed = expect(task).rejects.toThrow('enough')
      while (machine.sent.length === 0) await new Promise((resolve) => setImmediate(resolve))
      controller.abort(new Error('enough'))
      await failed
      expect(machine.sent).toHaveLength(1)
    })
  })

  it('lets the caller stop waiting for a token, which goes on for the others', async () => {
    let release: (() => void) | undefined
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    machine.fake.on(paths.token, async () => {
      await gate
      return undefined
    })
    const controller = new AbortController()
    const [one, two] = [send(`${api}/1`, { signal: controller.signal }), send(`${api}/2`)]
    controller.abort(new Error('enough'))
    await expect(one).rejects.toThrow('enough')
    release?.()
    expect((await two).status).toBe(200)
    expect(machine.sent.map(({ url }: ApiRequest) => url.pathname)).toEqual(['/2'])
  })

  it('takes a signal that was aborted before', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(send(`${api}/1`, { signal })).rejects.toThrow('enough')
    expect(machine.sent).toEqual([])
  })

  it.each([200, 204, 400, 403, 404, 500, 503])(
    'leaves the answer %i to the caller',
    async (status) => {
      answerOnce(new Response(null, { status, headers: { 'retry-after': '0' } }))
      expect((await send()).status).toBe(status)
      expect(machine.sent).toHaveLength(1)
    },
  )

  it('fails as fetch does when the connection does', async () => {
    machine.answer = () => {
      throw new TypeError('fetch failed')
    }
    await expect(send()).rejects.toThrow(TypeError)
  })
})
