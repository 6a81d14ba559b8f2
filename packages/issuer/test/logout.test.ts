import { describe, expect, it } from 'vitest'
import { Browser, locationOf } from './browser.ts'
import { begin, callbackOf, refresh, signInForTokens, start } from './client.ts'
import type { Issuer } from '../src/index.ts'

async function isSignedIn(issuer: Issuer, browser: Browser): Promise<boolean> {
  const page = await browser.visit(begin(issuer, { prompt: 'none' }).url)
  return 'code' in callbackOf(page)
}

describe('the logout', () => {
  it('ends the session of the browser and leads back', async () => {
    const issuer = await start()
    const browser = new Browser()
    await signInForTokens(issuer, { browser })
    const copy = browser.copy()
    expect(await isSignedIn(issuer, browser)).toBe(true)
    const page = await browser.send(`${issuer.url}/logout?redirect=http://localhost:4501`)
    expect([page.status, page.headers.get('location')]).toEqual([302, 'http://localhost:4501'])
    expect(await isSignedIn(issuer, browser)).toBe(false)
    expect(await isSignedIn(issuer, copy)).toBe(false)
  })

  it('leaves other browsers and the grants of applications, unless all sessions are to end', async () => {
    const issuer = await start()
    const [first, second] = [new Browser(), new Browser()]
    const tokens = await signInForTokens(issuer, { browser: first })
    await signInForTokens(issuer, { browser: second })
    await first.send(`${issuer.url}/logout?redirect=http://localhost:4501`)
    expect(await isSignedIn(issuer, second)).toBe(true)
    const kept = await refresh(issuer, tokens['refresh_token'])
    expect(kept.status).toBe(200)
    const all = `${issuer.url}/logout?redirect=http://localhost:4501&all_sessions=true`
    await second.send(all)
    expect(await isSignedIn(issuer, second)).toBe(false)
    expect((await refresh(issuer, kept.body['refresh_token'])).status).toBe(400)
  })

  it.each([
    'https://evil.example',
    'http://localhost:4501.evil.example',
    'http://localhost:4501/other',
    'http://localhost:4501@evil.example',
    '//evil.example',
    'javascript:alert(1)',
    '',
  ])('refuses to lead to %j and ends nothing', async (target) => {
    const issuer = await start()
    const browser = new Browser()
    await signInForTokens(issuer, { browser })
    const query = new URLSearchParams({ redirect: target }).toString()
    const page = await browser.send(`${issuer.url}/logout?${query}`)
    expect([page.status, page.headers.has('location')]).toEqual([400, false])
    expect(page.text).toContain('data-testid="error-code"')
    expect(page.text).not.toContain('evil.example')
    expect(await isSignedIn(issuer, browser)).toBe(true)
  })

  it('without a URL ends on a page', async () => {
    const issuer = await start()
    const browser = new Browser()
    await signInForTokens(issuer, { browser })
    const page = await browser.send(`${issuer.url}/logout`)
    expect([page.status, locationOf(page)]).toEqual([200, undefined])
    expect(await isSignedIn(issuer, browser)).toBe(false)
  })

  it('speaks the words of OpenID Connect too', async () => {
    const issuer = await start()
    const url = new URL(`${issuer.url}/logout`)
    url.searchParams.set('post_logout_redirect_uri', 'http://localhost:4501/')
    url.searchParams.set('state', 'back')
    const page = await new Browser().send(url.href)
    expect(locationOf(page)?.href).toBe('http://localhost:4501/?state=back')
  })
})
