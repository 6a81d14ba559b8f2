// Runs on every runtime, on what was built: the imports are those of somebody who installed the package.
import { createMemoryStore, createUnstorageStore, decide, viewRequest } from '@trefoil/core'
import { createBackendApp, createFetchHandler } from '@trefoil/core/backend'
import { createBearerVerifier } from '@trefoil/core/bearer'
import { createMachineApp } from '@trefoil/core/machine'
import { createFakeProvider } from '../fake-provider.ts'

const site = 'https://app.example'

/**
 * Signs in, with cookies and with stores, gets a machine's token, verifies a bearer token, and opens
 * the session that another runtime sealed.
 * @param {string} foreign the cookies of another runtime's session; empty for none
 */
export async function smoke(foreign) {
  const provider = await createFakeProvider()
  const { issuer, clientId, fetch } = provider
  const common = { issuer, fetch, env: {} }
  const makeApp = (session = {}) =>
    createBackendApp({
      ...common,
      clientId,
      clientSecret: 'client-secret',
      siteUrl: site,
      secret: 'n7Qf3kYt9wLz2pVx8sRb5mHd1cJg6aTe',
      session,
    })
  const app = makeApp()
  const cookie = await signIn(app, provider)
  const session = await read(app, cookie)

  const stored = makeApp({ store: createMemoryStore() })
  const unstored = makeApp({ store: createUnstorageStore(createStorage()) })
  const stores = []
  for (const each of [stored, unstored]) {
    stores.push((await read(each, await signIn(each, provider)))?.user.id ?? null)
  }

  const machine = createMachineApp({ ...common, clientId: 'machine-1', clientSecret: 'secret' })
  const verifier = createBearerVerifier({ ...common, audience: 'https://api.example' })
  const authorization = `Bearer ${await provider.accessToken()}`
  const request = new Request('https://api.example/', { headers: { authorization } })
  const caller = await verifier.verify(viewRequest(request), { permissions: ['read:reports'] })

  return {
    cookie,
    user: session?.user.id ?? null,
    isAllowed: decide(session, { permissions: ['read:reports'] }).allowed,
    stores,
    foreign: foreign === '' ? null : ((await read(app, foreign))?.user.id ?? null),
    machineTokenParts: (await machine.getAccessToken({ audience: 'https://api.example' })).split(
      '.',
    ).length,
    caller: caller.subject,
  }
}

async function signIn(app, provider) {
  const handle = createFetchHandler(app)
  const begun = await go(handle, `${site}/auth/login`, '')
  const consent = await provider.fetch(begun.location, { redirect: 'manual' })
  const done = await go(handle, consent.headers.get('location'), begun.cookie)
  return done.cookie
}

async function go(handle, url, cookie) {
  const { status, headers } = await handle(
    new Request(url, { headers: { accept: 'text/html', cookie } }),
  )
  const pairs = headers.getSetCookie().map((text) => text.split(';')[0])
  if (status !== 302) throw new Error(`${url} answered with ${status}`)
  return { location: headers.get('location'), cookie: pairs.join('; ') }
}

async function read(app, cookie) {
  return app.session(viewRequest(new Request(site, { headers: { cookie } })))
}

// As much of unstorage as a store needs.
function createStorage() {
  const items = new Map()
  return {
    getItem: async (key) => items.get(key) ?? null,
    setItem: async (key, value) => void items.set(key, value),
    removeItem: async (key) => void items.delete(key),
  }
}
