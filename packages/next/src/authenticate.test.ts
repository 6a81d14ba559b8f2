import type { Authentication, BackendApp } from '@trefoil/core/backend'
import { createBackendApp } from '@trefoil/core/backend'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { readCurrent, renewCurrent } from './authenticate.ts'
import { findCurrentRequest } from './current-request.ts'

// The two functions of Next behind which its request stands.
const next = vi.hoisted(() => ({ headers: vi.fn(), cookies: vi.fn() }))
vi.mock('#app-router', () => next)

/** What Next gives a page: cookies that cannot be set. */
const sealed = {
  set(): never {
    throw new Error('Cookies can only be modified in a Server Action or Route Handler.')
  },
}

/** What Next gives an action: it reads the name of a cookie before it sets it. */
function createJar(): { set: (...cookie: unknown[]) => void; written: unknown[][] } {
  const written: unknown[][] = []
  return {
    written,
    set(...cookie) {
      const [first] = cookie
      if (typeof first === 'object' && first !== null && 'name' in first) String(first.name)
      written.push(cookie)
    },
  }
}

function serve(jar: object, headers: Record<string, string> = {}): void {
  next.headers.mockReset().mockResolvedValue(new Headers(headers))
  next.cookies.mockReset().mockResolvedValue(jar)
}

const cookie = {
  name: 'a.session',
  value: 'sealed',
  path: '/',
  maxAge: 60,
  secure: true,
  httpOnly: true,
  sameSite: 'lax',
} as const

const anonymous: Authentication = {
  session: null,
  state: 'anonymous',
  cookies: [],
  headers: {},
  getAccessToken: () => 'none',
}

let app: BackendApp
beforeEach(() => {
  app = createBackendApp()
  vi.spyOn(app, 'read').mockResolvedValue(anonymous)
  vi.spyOn(app, 'refresh').mockResolvedValue({ ...anonymous, state: 'renewed', cookies: [cookie] })
})

describe('the current request', () => {
  it.each([
    ['render', sealed, {}],
    ['route', createJar(), {}],
    ['action', createJar(), { 'next-action': 'id' }],
    ['action', createJar(), { 'content-type': 'multipart/form-data; boundary=x' }],
    ['render', sealed, { 'next-action': 'id' }],
  ])('is a %s', async (kind, jar, headers) => {
    serve(jar, headers)
    expect((await findCurrentRequest()).kind).toBe(kind)
  })

  it('SE-17 counts as one that can write nothing when Next changes its ways', async () => {
    serve({ set: () => undefined })
    expect((await findCurrentRequest()).kind).toBe('render')
  })

  it('is a render, unasked, where one function refuses to set and to delete', async () => {
    const refuse = vi.fn()
    serve({ set: refuse, delete: refuse })
    expect((await findCurrentRequest()).kind).toBe('render')
    expect(refuse).not.toHaveBeenCalled()
  })

  it('writes nothing while it only asks whether it could', async () => {
    const jar = createJar()
    serve(jar)
    await findCurrentRequest()
    expect(jar.written).toEqual([])
  })

  it('is read once, however many components ask', async () => {
    serve(sealed)
    const ask = async (): Promise<unknown> => readCurrent(app, await findCurrentRequest())
    await Promise.all([ask(), ask(), ask()])
    await ask()
    expect(app.read).toHaveBeenCalledOnce()
  })

  it('SE-27 GU-15 shares what was read with no other request', async () => {
    serve(sealed)
    await readCurrent(app, await findCurrentRequest())
    serve(sealed)
    await readCurrent(app, await findCurrentRequest())
    expect(app.read).toHaveBeenCalledTimes(2)
  })

  it('RF-06 refreshes nothing in a render', async () => {
    serve(sealed)
    await renewCurrent(app, await findCurrentRequest(), { force: true })
    expect(app.refresh).not.toHaveBeenCalled()
  })

  it('SE-17 is renewed in an action, with the cookie written and known to the render after it', async () => {
    const jar = createJar()
    serve(jar, { 'next-action': 'id' })
    const request = await findCurrentRequest()
    await readCurrent(app, request)
    await renewCurrent(app, request)
    const { name, value, ...attributes } = cookie
    expect(jar.written).toEqual([[name, value, attributes]])
    expect((await readCurrent(app, { ...request, kind: 'render' })).state).toBe('renewed')
    expect(app.read).toHaveBeenCalledOnce()
  })
})
