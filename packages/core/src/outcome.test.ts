import { describe, expect, it } from 'vitest'
import {
  type Outcome,
  readText,
  serializeCookie,
  type SetCookie,
  toResponse,
  viewRequest,
} from './outcome.ts'

const cookie: SetCookie = {
  name: '__Host-trefoil.session',
  value: '1~abc',
  maxAge: 60,
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'lax',
}

// Characters that end a cookie, a header or a line.
const separators = [
  ';',
  ',',
  ' ',
  '\t',
  '\r',
  '\n',
  '\r\nset-cookie: evil=1',
  '\0',
  '\u007f',
  '"',
  '\\',
  'é',
  '\u2028',
  '€',
]

describe('a Set-Cookie header', () => {
  it('has every attribute of its cookie', () => {
    expect(serializeCookie(cookie)).toBe(
      '__Host-trefoil.session=1~abc; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax',
    )
    expect(
      serializeCookie({ ...cookie, domain: 'app.example', sameSite: 'strict', maxAge: 0 }),
    ).toBe(
      '__Host-trefoil.session=1~abc; Path=/; Max-Age=0; Domain=app.example; HttpOnly; Secure; SameSite=Strict',
    )
  })

  it('leaves out what its cookie does not say', () => {
    const { maxAge: _, ...session } = cookie
    expect(serializeCookie({ ...session, secure: false, httpOnly: false })).toBe(
      '__Host-trefoil.session=1~abc; Path=/; SameSite=Lax',
    )
  })

  it.each(separators)('CS-09 refuses %j in a name and a value', (text) => {
    for (const place of ['name', 'value'] as const) {
      expect(() => serializeCookie({ ...cookie, [place]: `a${text}b` })).toThrow(TypeError)
    }
  })

  it.each([';', '\r', '\n', '\0', '\u007f', 'é'])(
    'CS-09 refuses %j in a path and a domain',
    (text) => {
      for (const place of ['path', 'domain'] as const) {
        expect(() => serializeCookie({ ...cookie, [place]: `/${text} Secure` })).toThrow(TypeError)
      }
    },
  )

  it.each(['', 'a=b', '<a>', '(a)', '{a}', 'a/b', '[a]'])('CS-09 refuses the name %j', (name) => {
    expect(() => serializeCookie({ ...cookie, name })).toThrow(TypeError)
  })

  it('CS-09 says nothing of the value that it refuses', () => {
    expect(() => serializeCookie({ ...cookie, value: 'secret;' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    )
  })

  it('takes every character that a cookie may have', () => {
    const value = "!#$%&'()*+-./09:<=>?@AZ[]^_`az{|}~"
    expect(serializeCookie({ ...cookie, value })).toContain(`=${value}; Path`)
  })
})

describe('a response', () => {
  const outcome: Outcome = {
    status: 200,
    headers: { 'content-type': 'text/plain' },
    cookies: [],
    body: 'hello',
  }

  it('is all of an outcome', async () => {
    const cookies = [cookie, { ...cookie, name: 'other', value: '' }]
    const response = toResponse({ ...outcome, status: 303, location: '/a?b#c', cookies })
    expect(response.status).toBe(303)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      location: '/a?b#c',
      'content-type': 'text/plain',
    })
    expect(response.headers.getSetCookie()).toEqual(cookies.map(serializeCookie))
    expect(await response.text()).toBe('hello')
  })

  it('has no body and no location where its outcome has none', async () => {
    const response = toResponse({ status: 204, headers: {}, cookies: [] })
    expect([response.body, response.headers.has('location')]).toEqual([null, false])
  })

  it.each(['/a\r\nset-cookie: evil=1', '/a\nb', '/a\0b', '/€'])(
    'CS-09 refuses the location %j',
    (location) => expect(() => toResponse({ ...outcome, location })).toThrow(TypeError),
  )

  it('CS-09 refuses a header with a line break, and a cookie with a separator', () => {
    expect(() => toResponse({ ...outcome, headers: { 'x-a': 'a\r\nb: c' } })).toThrow(TypeError)
    expect(() =>
      toResponse({ ...outcome, cookies: [{ ...cookie, value: 'a; Domain=evil' }] }),
    ).toThrow(TypeError)
  })
})

describe('a view of a web request', () => {
  it('has method, URL, and headers whatever their letter case', () => {
    const request = new Request('https://app.example/a?b', {
      method: 'POST',
      headers: { Accept: 'x' },
    })
    const view = viewRequest(request)
    expect([view.method, view.url]).toEqual(['POST', 'https://app.example/a?b'])
    expect([view.header('ACCEPT'), view.header('accept'), view.header('cookie')]).toEqual([
      'x',
      'x',
      undefined,
    ])
  })

  it('reads a body up to a limit', async () => {
    const post = (body: BodyInit | null): Request =>
      new Request('https://app.example', { method: 'POST', body })
    const read = async (request: Request, limit: number): Promise<string | undefined> =>
      viewRequest(request).text?.(limit)
    expect(await read(post('grüße'), 7)).toBe('grüße')
    expect(await read(post(null), 7)).toBe('')
    await expect(read(post('grüße!'), 7)).rejects.toMatchObject({ code: 'content_too_large' })
  })

  it('LO-15 gives up an endless body as soon as there is too much of it', async () => {
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent++
        controller.enqueue(new Uint8Array(1000))
      },
    })
    const request = new Request('https://app.example', {
      method: 'POST',
      body,
      duplex: 'half',
    } as RequestInit)
    await expect(viewRequest(request).text?.(5000)).rejects.toMatchObject({ status: 413 })
    expect(sent).toBeLessThan(10)
  })
})

describe('a text of a stream', () => {
  it('is whole where a character is split between two chunks', async () => {
    const bytes = new TextEncoder().encode('a€b')
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for (const byte of bytes) yield Uint8Array.of(byte)
    }
    expect(await readText(chunks(), 5)).toBe('a€b')
  })

  it('CB-22 has a replacement for what is no UTF-8', async () => {
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      yield Uint8Array.of(0x61, 0xff, 0xe2, 0x82)
    }
    expect(await readText(chunks(), 5)).toBe('a\ufffd\ufffd')
  })
})
