import { beforeEach, describe, expect, it } from 'vitest'
import { type BackendApp, createFetchHandler } from '../src/backend-app.ts'
import type { Outcome } from '../src/outcome.ts'
import { type Browser, createBrowser } from './browser.ts'
import { type Claims, createSigningKey, paths } from './fake-provider.ts'
import { holdBack } from './network.ts'
import { createSite, type Site } from './site.ts'
import { createOpenStore, type OpenStore } from './stores.ts'
import { untilDone, useFastTimers } from './time.ts'

const form = 'application/x-www-form-urlencoded'

describe('a back-channel logout', () => {
  useFastTimers()
  let site: Site
  let store: OpenStore
  let one: BackendApp
  let two: BackendApp
  let browser: Browser
  beforeEach(async () => {
    site = await createSite()
    store = createOpenStore(site.now)
    one = site.another({ session: { store } })
    two = site.another({ session: { store } })
    browser = createBrowser(one)
    site.server.user = { sub: 'kp_1', sid: 's-1' }
    await untilDone(site.signIn(browser))
    site.wait(1)
  })

  const logoutToken = async (changes: Claims = {}, typ = 'logout+jwt'): Promise<string> => {
    const seconds = site.now() / 1000
    const claims = {
      iss: site.provider.issuer,
      aud: site.provider.clientId,
      sub: 'kp_1',
      iat: seconds,
      exp: seconds + 60,
      jti: crypto.randomUUID(),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      ...changes,
    }
    const given = Object.entries(claims).filter(([, value]) => value !== undefined)
    return site.provider.sign(Object.fromEntries(given), { typ })
  }
  const post = async (
    body: string,
    {
      app = one,
      type = form,
      method = 'POST',
    }: { app?: BackendApp; type?: string; method?: string } = {},
  ): Promise<Outcome | undefined> =>
    untilDone(
      app.handle({
        method,
        url: 'https://app.example/auth/backchannel-logout',
        header: (name) => (name === 'content-type' ? type : undefined),
        text: async () => body,
      }),
    )
  const send = async (token: string, app = one): Promise<Outcome | undefined> =>
    post(new URLSearchParams({ logout_token: token }).toString(), { app })
  const user = async (app: BackendApp, from = browser): Promise<string | undefined> =>
    (await untilDone(app.session(from.view('/'))))?.user.id

  it.each<[string, Claims]>([
    ['a session and a user', { sid: 's-1' }],
    ['a user', {}],
    ['a session', { sid: 's-1', sub: undefined }],
  ])('LO-10 that names %s ends it in every process within a second', async (_name, claims) => {
    expect(await user(two)).toBe('kp_1')
    expect(await send(await logoutToken(claims))).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'private, no-store' },
      cookies: [],
    })
    site.wait(1)
    expect(await user(one)).toBeUndefined()
    expect(await user(two)).toBeUndefined()
    expect(site.events.at(-1)).toMatchObject({ type: 'ended_elsewhere' })
  })

  it('LO-10 leaves the others in', async () => {
    await send(await logoutToken({ sid: 's-2' }))
    await send(await logoutToken({ sub: 'kp_2' }))
    site.wait(1)
    expect(await user(one)).toBe('kp_1')
    await send(await logoutToken())
    site.wait(1)
    await untilDone(site.signIn(browser))
    expect(await user(two)).toBe('kp_1')
  })

  it('LO-10 ends sessions in cookies by a deny list', async () => {
    const app = site.another({ session: { denyList: store } })
    const cookies = createBrowser(app)
    await untilDone(site.signIn(cookies))
    site.wait(1)
    await send(await logoutToken(), app)
    site.wait(1)
    expect(await user(app, cookies)).toBeUndefined()
  })

  it.each<[string, Claims, string?]>([
    ['for another client', { aud: 'client-2' }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['with a nonce', { nonce: 'n' }],
    ['without an event', { events: undefined }],
    ['without an id', { jti: undefined }],
    ['of nobody', { sub: undefined }],
    ['that is over', { exp: 1 }],
    ['of another kind', {}, 'at+jwt'],
  ])('LO-11 LO-13 %s is refused', async (_name, changes, type) => {
    const outcome = await send(await logoutToken(changes, type))
    expect(outcome).toMatchObject({ status: 400, error: { code: 'request_invalid' } })
    site.wait(1)
    expect(await user(one)).toBe('kp_1')
  })

  it('LO-11 LO-13 refuses an ID token, an unsigned token and one by a foreign key', async () => {
    const [header, payload] = (await logoutToken()).split('.')
    const foreign = await site.provider.sign(
      JSON.parse(atob(payload ?? '')),
      { typ: 'logout+jwt' },
      await createSigningKey('key-1'),
    )
    const none = btoa('{"alg":"none","typ":"logout+jwt"}').replaceAll('=', '')
    for (const token of [
      await site.provider.idToken(),
      `${none}.${payload}.`,
      `${header}.${payload}.`,
      foreign,
      'garbage',
    ]) {
      expect((await send(token))?.status).toBe(400)
    }
    expect(await user(one)).toBe('kp_1')
  })

  it('LO-14 is harmless when it comes twice', async () => {
    const token = await logoutToken()
    expect((await send(token))?.status).toBe(200)
    expect((await send(token))?.status).toBe(200)
  })

  it.each([
    [{ method: 'GET' }, 405],
    [{ type: 'application/json' }, 415],
    [{ type: 'multipart/form-data' }, 415],
    [{ type: '' }, 415],
  ])('LO-15 in the wrong form (%j) is refused', async (request, status) => {
    expect((await post('logout_token=x', request))?.status).toBe(status)
  })

  it('LO-15 without a token, with two or with too much is refused', async () => {
    expect((await post(''))?.status).toBe(400)
    const token = await logoutToken()
    expect((await post(`logout_token=${token}&logout_token=${token}`))?.status).toBe(400)
    const large = new Request('https://app.example/auth/backchannel-logout', {
      method: 'POST',
      headers: { 'content-type': form },
      body: `logout_token=${'x'.repeat(1024 * 1024)}`,
    })
    expect((await untilDone(createFetchHandler(one)(large))).status).toBe(413)
  })

  it('LO-16 of bad tokens by the hundred fetches the keys hardly more often', async () => {
    const before = site.provider.to(paths.jwks).length
    for (let round = 0; round < 100; round++) {
      await send(
        await site.provider.sign({ iss: site.provider.issuer }, { kid: `made-up-${round}` }),
      )
    }
    expect(site.provider.to(paths.jwks).length - before).toBeLessThanOrEqual(2)
  })

  it('LO-18 that comes while a refresh is under way ends the session all the same', async () => {
    site.wait(3600)
    const { fetch, held, release } = holdBack(site.provider.fetch, paths.token)
    const refreshing = createBrowser(site.another({ fetch, session: { store } }))
    for (const [name, value] of browser.jar) refreshing.jar.set(name, value)
    const answer = refreshing.open()
    await untilDone(held)
    await send(await logoutToken(), two)
    release()
    await untilDone(answer)
    site.wait(1)
    expect(await user(one, refreshing)).toBeUndefined()
    expect(await user(two, refreshing)).toBeUndefined()
  })

  it('is 503 while the store is down, so that the provider sends it again', async () => {
    store.failure = new Error('down')
    expect((await send(await logoutToken()))?.status).toBe(503)
  })

  it('is not offered where it could not be remembered', async () => {
    expect(await send(await logoutToken(), site.app)).toMatchObject({
      status: 404,
      error: { code: 'feature_unavailable' },
    })
  })
})
